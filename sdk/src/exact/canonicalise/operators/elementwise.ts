import type { Call } from "../call.ts";
import { domainOf } from "../graph.ts";
import { affine } from "../contraction.ts";
import { planReshape } from "../move/index.ts";
import { addTable } from "../resolve.ts";
import { apply, constant, X } from "../table/index.ts";
import type { Expression } from "../table/index.ts";
import { dimsOf, isReal } from "../value.ts";
import type { ContractionReal, QuantisedReal, Real, UnaryReal, Value } from "../value.ts";
import { realConstant } from "../weights.ts";

const QUANTISE_BETWEEN =
  "Put QuantizeLinear and DequantizeLinear between the two nodes, as `glia exact quantize` does.";

/** Any operator that works element by element: on one quantised tensor a table, on a contraction what folds into it, on two tensors a sum or product. */
export function elementwise(call: Call): Value[] {
  const { node } = call;
  const reals = call.inputs.filter(isReal);
  for (const value of call.inputs) {
    if (value?.kind === "opaque") throw value.error;
    if (value?.kind === "head")
      throw call.unsupported("mixes values that are quantised with inputs that are not", QUANTISE_BETWEEN);
    if (value?.kind === "exact") return [clipBytes(call)];
  }
  const dims = broadcast(call);
  const [first] = reals;
  if (first === undefined) throw call.unsupported("computes with constants only, and is not folded");
  if (node.opType === "Clip" || node.opType === "Relu") {
    if (first.kind !== "quantised" && first.kind !== "unary") return [clip(call, first)];
  }
  const unary = asUnary(call, dims);
  if (unary !== undefined) return [unary];
  if (reals.length === 1) return [withConstant(call, first, dims)];
  return [pair(call, dims)];
}

/** A function of a single tensor, with scalar constants: anything that the tables know. */
function asUnary(call: Call, dims: readonly number[]): Value | undefined {
  const { node } = call;
  let source: QuantisedReal | undefined;
  const args: (Expression | undefined)[] = [];
  for (const value of call.inputs) {
    if (value === undefined) args.push(undefined);
    else if (value.kind === "quantised" || value.kind === "unary") {
      const own = value.kind === "quantised" ? value : value.source;
      if (source !== undefined && !sameSource(source, own)) return undefined;
      source ??= own;
      args.push(value.kind === "quantised" ? X : value.expression);
    } else {
      const reals = isReal(value) ? undefined : realConstant(value);
      if (reals?.length !== 1) return undefined;
      args.push(constant(Math.fround(reals[0] ?? 0)));
    }
  }
  if (source === undefined) return undefined;
  const operator = {
    domain: domainOf(node),
    type: node.opType,
    opset: call.opset,
    attributes: call.attributes.scalars(),
  };
  const from = [...new Set([...call.inputs.flatMap((value) => (isReal(value) ? value.from : [])), node])];
  const expression = apply(operator, args);
  const value: UnaryReal = { kind: "unary", source, expression, line: undefined, dims: source.dims, from };
  return reshaped(call, value, dims);
}

function sameSource(a: QuantisedReal, b: QuantisedReal): boolean {
  return a.tensor === b.tensor && a.scale === b.scale && a.zero === b.zero && a.dims.join() === b.dims.join();
}

/** A scalar of more dimensions than the value gives it leading ones. */
export function reshaped(call: Call, value: Real, dims: readonly number[]): Real {
  if (value.dims.join() === dims.join()) return value;
  const plan = planReshape(value.dims, dims);
  return { kind: "moved", of: [value], plan: () => plan, fill: 0, dims, from: [call.node] };
}

/** Relu or Clip of what is not computed yet. */
function clip(call: Call, of: Real): Value {
  const bound = (index: number, otherwise: number) =>
    call.inputs[index] === undefined ? otherwise : call.scalar(index, "bound");
  const [low, high] = call.node.opType === "Relu" ? [0, Infinity] : [bound(1, -Infinity), bound(2, Infinity)];
  return { kind: "clipped", of, low, high, dims: of.dims, from: [call.node] };
}

/** Clip (opset 12 and up) and Relu (opset 14 and up) of u8 or i8 themselves. */
function clipBytes(call: Call): Value {
  const { node, builder } = call;
  const value = call.exact(0);
  if (node.opType !== "Clip" && node.opType !== "Relu")
    throw call.unsupported(
      "computes with whole numbers",
      "Put DequantizeLinear before the node and QuantizeLinear behind it.",
    );
  const shift = value.type === "int8" ? 128 : 0;
  const bound = (index: number, otherwise: number) =>
    call.inputs[index] === undefined ? otherwise : call.scalar(index, "bound") + shift;
  const [low, high] = node.opType === "Relu" ? [shift, 255] : [bound(1, 0), bound(2, 255)];
  const table = Uint8Array.from({ length: 256 }, (_, x) => Math.min(Math.max(x, low), high));
  return { ...value, tensor: addTable(builder, value.tensor, table, builder.quantisation(value.tensor), [node]) };
}

/** Add, Sub, Mul or Div of a contraction with a constant per output channel. */
function withConstant(call: Call, real: Real, dims: readonly number[]): Value {
  const { node } = call;
  const index = call.inputs.findIndex((value) => value !== undefined && !isReal(value));
  const value = call.inputs[index];
  const reals = value === undefined ? undefined : realConstant(value);
  const shape = value === undefined ? undefined : dimsOf(value);
  if (reals === undefined || shape === undefined || !["Add", "Sub", "Mul", "Div"].includes(node.opType))
    throw call.unsupported(
      `takes what ${real.from.map(({ opType }) => opType).join(", ")} computes before it is quantised`,
      QUANTISE_BETWEEN,
    );
  const [factors, terms] = line(call, reals, index);
  if (real.kind === "contraction" && (reals.length === 1 || alongChannels(shape, dims, real)))
    return reshaped(call, affine(real, factors, terms, node), dims);
  throw call.unsupported(
    `combines its input with a constant of shape [${shape.join(", ")}], which has no exact form there`,
    QUANTISE_BETWEEN,
  );
}

/** The node as factor · x + term. */
function line(call: Call, reals: Float64Array, index: number): [Float64Array, Float64Array] {
  const zeros = new Float64Array(1);
  const ones = Float64Array.of(1);
  switch (call.node.opType) {
    case "Add":
      return [ones, reals];
    case "Sub":
      return index === 1 ? [ones, reals.map((real) => -real)] : [Float64Array.of(-1), reals];
    case "Mul":
      return [reals, zeros];
    default:
      if (index === 1 && !reals.includes(0)) return [reals.map((real) => 1 / real), zeros];
      throw call.unsupported("divides by a computed value or by 0", QUANTISE_BETWEEN);
  }
}

/** Whether a constant has one number for each output channel, and repeats along everything else. */
function alongChannels(shape: readonly number[], dims: readonly number[], real: ContractionReal): boolean {
  const missing = dims.length - shape.length;
  const axis = real.channelAxis + dims.length - real.dims.length;
  return (
    dims.join() === real.dims.join() && dims.every((size, i) => (shape[i - missing] ?? 1) === (i === axis ? size : 1))
  );
}

/** Add, Sub or Mul of two quantised tensors. */
function pair(call: Call, dims: readonly number[]): Value {
  const operation = ({ Add: "add", Sum: "add", Sub: "sub", Mul: "mul" } as const)[call.node.opType as "Add"] as
    "add" | undefined;
  const [a, b, ...more] = call.inputs;
  if (operation === undefined || more.length > 0 || a?.kind !== "quantised" || b?.kind !== "quantised")
    throw call.unsupported(
      "combines several values in a way that has no exact form; a sum, difference or product of two quantised values has",
      QUANTISE_BETWEEN,
    );
  return { kind: "pair", operation, a, b, dims, from: [...new Set([...a.from, ...b.from, call.node])] };
}

/** Dimensions of the result. */
function broadcast(call: Call): number[] {
  const all = call.inputs.flatMap((value, index) => (value === undefined ? [] : [call.dims(index)]));
  return broadcastDims(all) ?? mismatch(call, all);
}

/** Common dimensions of ONNX's broadcasting, or nothing if there are none. */
export function broadcastDims(all: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(0, ...all.map((dims) => dims.length));
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = all.map((dims) => dims[axis - rank + dims.length] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0])) return undefined;
    result.push(sizes[0] ?? 1);
  }
  return result;
}

function mismatch(call: Call, all: readonly (readonly number[])[]): never {
  throw call.refuse(
    "EXACT_SHAPE_MISMATCH",
    `combines shapes that do not fit: ${all.map((dims) => `[${dims.join(", ")}]`).join(" and ")}`,
    "Export the model again.",
  );
}
