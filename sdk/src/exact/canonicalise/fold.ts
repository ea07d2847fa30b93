import { dtypeFromCode } from "../../tensors/dtype.ts";
import { fromElements, readElements } from "../../tensors/elements.ts";
import type { Element } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { Call } from "./call.ts";
import { broadcastDims } from "./dims.ts";
import { domainOf } from "./graph.ts";
import type { Value } from "./value.ts";

/** Most elements that a computed constant may have: shapes and indices are short, and a file must not make us fill memory. */
const MAX_FOLDED = 1 << 16;
/** What an element of them takes, in memory and in time. */
const ELEMENT_BYTES = 64;

/** Computes a node whose inputs are all constant, if it is one of those that exporters use for shapes; else nothing. */
export function fold(call: Call): Value[] | undefined {
  const folder = Object.hasOwn(FOLDERS, call.node.opType) ? FOLDERS[call.node.opType] : undefined;
  if (folder === undefined || domainOf(call.node) !== "") return undefined;
  return [{ kind: "constant", tensor: folder(call) }];
}

/** Shape of a value: known whatever the value is. */
export function shapeOf(call: Call): Value[] {
  const dims = call.dims(0);
  const { attributes } = call;
  const slice = dims.slice(attributes.int("start", 0), attributes.int("end", dims.length));
  return [{ kind: "constant", tensor: fromElements("int64", [slice.length], slice) }];
}

const FOLDERS: Readonly<Record<string, (call: Call) => Tensor>> = {
  Constant: constantNode,
  Cast: (call) => {
    const dtype = dtypeFromCode(call.attributes.int("to", 0));
    call.attributes.int("saturate", 1);
    const { shape } = call.constant(0, "input");
    if (dtype === "bool") throw call.unsupported("casts a constant to bool");
    const whole = !dtype.startsWith("float") && dtype !== "bfloat16";
    return fromElements(
      dtype,
      shape,
      elements(call, 0).map((element) => (whole ? Math.trunc(Number(element)) : Number(element))),
    );
  },
  Gather: (call) => {
    const data = call.constant(0, "input");
    const indices = call.constant(1, "indices");
    if (call.attributes.int("axis", 0) !== 0 || data.shape.length !== 1)
      throw call.unsupported("picks from a constant that is no list");
    const list = elements(call, 0);
    const picked = elements(call, 1).map((index) => list.at(Number(index)));
    return fromElements(
      data.dtype,
      indices.shape,
      picked.map((element) => present(call, element)),
    );
  },
  Concat: (call) => {
    call.attributes.int("axis", 0);
    const first = call.constant(0, "input");
    if (call.inputs.some((_, index) => call.constant(index, "input").shape.length !== 1))
      throw call.unsupported("joins constants that are no lists");
    const all = call.inputs.flatMap((_, index) => elements(call, index));
    return fromElements(first.dtype, [all.length], all);
  },
  Slice: (call) => {
    const data = call.constant(0, "input");
    const [start = 0] = call.ints(1, "start");
    const [end = 0] = call.ints(2, "end");
    const [step = 1] = call.optionalInts(4, "step") ?? [];
    if (data.shape.length !== 1 || step !== 1) throw call.unsupported("cuts a constant that is no list");
    const list = elements(call, 0).slice(start, Math.min(end, data.shape[0] ?? 0));
    return fromElements(data.dtype, [list.length], list);
  },
  ConstantOfShape: (call) => {
    const dims = call.ints(0, "shape");
    const value = call.attributes.tensor("value");
    const count = dims.reduce((product, size) => product * size, 1);
    if (!(count <= MAX_FOLDED)) throw tooLarge(call, count);
    call.builder.book(Math.max(count, 0) * ELEMENT_BYTES, call.node);
    const [element = 0] = value === undefined ? [] : readElements(value);
    return fromElements(
      value?.dtype ?? "float32",
      dims,
      Array.from({ length: count }, () => element),
    );
  },
  Add: arithmetic(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  Sub: arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  Mul: arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  Div: arithmetic(
    (a, b) => (b === 0n ? undefined : a / b),
    (a, b) => a / b,
  ),
};

function constantNode(call: Call): Tensor {
  const { attributes } = call;
  const tensor = attributes.tensor("value");
  if (tensor !== undefined) return tensor;
  const floats = attributes.floats("value_floats");
  if (floats !== undefined) return fromElements("float32", [floats.length], floats);
  const ints = attributes.ints("value_ints");
  if (ints !== undefined) return fromElements("int64", [ints.length], ints);
  const int = attributes.int("value_int");
  if (int !== undefined) return fromElements("int64", [], [int]);
  if (call.node.attribute.length === 1) return fromElements("float32", [], [attributes.float("value_float", 0)]);
  throw call.refuse(
    "EXACT_ATTRIBUTE_INVALID",
    "has no value, or several; a constant has one",
    "Export the model again.",
  );
}

/** Arithmetic of int64, which wraps, or float32, which is rounded; of equal shapes, or with a single number. */
function arithmetic(
  whole: (a: bigint, b: bigint) => bigint | undefined,
  real: (a: number, b: number) => number,
): (call: Call) => Tensor {
  return (call) => {
    const [a, b] = [call.constant(0, "input"), call.constant(1, "input")];
    if (a.dtype !== b.dtype || (a.dtype !== "int64" && a.dtype !== "float32"))
      throw call.unsupported("computes with constants that are neither int64 nor float32");
    const [left, right] = [elements(call, 0), elements(call, 1)];
    const dims = broadcastDims([a.shape, b.shape]);
    const single = left.length === 1 || right.length === 1;
    if (dims === undefined || (!single && a.shape.join() !== b.shape.join()))
      throw call.unsupported("combines constants of different shapes");
    const result = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
      const x = left[left.length === 1 ? 0 : i] ?? 0;
      const y = right[right.length === 1 ? 0 : i] ?? 0;
      if (a.dtype === "float32") return Math.fround(real(Number(x), Number(y)));
      const value = whole(BigInt(x), BigInt(y));
      return BigInt.asIntN(64, present(call, value));
    });
    return fromElements(a.dtype, dims, result);
  };
}

function elements(call: Call, index: number): Element[] {
  const tensor = call.constant(index, "input");
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  if (count > MAX_FOLDED) throw tooLarge(call, count);
  call.builder.book(count * ELEMENT_BYTES, call.node);
  return [...readElements(tensor)];
}

function present<T>(call: Call, element: T | undefined): T {
  if (element !== undefined) return element;
  throw call.refuse(
    "EXACT_SHAPE_MISMATCH",
    "reads beyond a constant's end, or divides by 0",
    "Export the model again.",
  );
}

function tooLarge(call: Call, count: number) {
  return call.refuse(
    "EXACT_CONSTANT_TOO_LARGE",
    `computes a constant of ${count} elements; at most ${MAX_FOLDED} are computed`,
    "Fold constants with onnxsim or ONNX Runtime before.",
  );
}
