import { DTYPES } from "../../tensors/dtype.ts";
import { createTensor } from "../../tensors/tensor.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { Call } from "./call.ts";
import type { MovePlan } from "./move/index.ts";
import type { ConstantValue, IntegersValue, Value } from "./value.ts";

/** Operators that leave the order of elements as it is. */
const RESHAPING = new Set(["Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"]);

/** Applies an operator that reshapes, or Transpose, to a constant; others have no use there. */
export function moveConstant(call: Call, value: ConstantValue | IntegersValue, plan: MovePlan): Value {
  if (call.type !== "Transpose" && !RESHAPING.has(call.type))
    throw call.unsupported("moves a constant", "Fold constants before, with ONNX Runtime or onnxsim.");
  if (call.type !== "Transpose") return withShape(call, value, plan.dims);
  const { shape } = value.tensor;
  const perm =
    call.node.attribute.find(({ name }) => name === "perm")?.ints.map(Number) ??
    shape.map((_, axis) => shape.length - 1 - axis);
  const tensor = transposeTensor(call, value.tensor, perm);
  if (value.kind === "constant") return { kind: "constant", tensor };
  return {
    ...value,
    tensor,
    dims: tensor.shape,
    axis: value.axis === undefined ? undefined : perm.indexOf(value.axis),
  };
}

function withShape(call: Call, value: ConstantValue | IntegersValue, dims: readonly number[]): Value {
  const tensor = createTensor(value.tensor.dtype, dims, value.tensor.bytes);
  if (value.kind === "constant") return { kind: "constant", tensor };
  if (value.axis === undefined) return { ...value, tensor, dims };
  const before = (sizes: readonly number[], axis: number) =>
    sizes.slice(0, axis).reduce((product, size) => product * size, 1);
  const length = value.dims[value.axis];
  const axis = dims.findIndex((size, i) => size === length && before(dims, i) === before(value.dims, value.axis ?? 0));
  if (axis < 0) throw call.unsupported("tears apart the axis along which a constant has its scales");
  return { ...value, tensor, dims, axis };
}

function transposeTensor(call: Call, tensor: Tensor, perm: readonly number[]): Tensor {
  const width = DTYPES[tensor.dtype].bytes;
  const shape = perm.map((axis) => tensor.shape[axis] ?? 1);
  const strides = tensor.shape.map((_, axis) =>
    tensor.shape.slice(axis + 1).reduce((product, size) => product * size, width),
  );
  const steps = perm.map((axis) => strides[axis] ?? 0);
  const bytes = new Uint8Array(tensor.bytes.length);
  call.builder.book(bytes.length / width, call.node);
  const digits = shape.map(() => 0);
  const row = shape.at(-1) ?? 1;
  const step = steps.at(-1) ?? 0;
  let from = 0;
  for (let to = 0; to < bytes.length;) {
    for (let k = 0; k < row; k++) for (let i = 0; i < width; i++) bytes[to++] = tensor.bytes[from + k * step + i] ?? 0;
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      const digit = (digits[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      if (digit < (shape[axis] ?? 1)) {
        digits[axis] = digit;
        break;
      }
      digits[axis] = 0;
      from -= digit * (steps[axis] ?? 0);
    }
  }
  return createTensor(tensor.dtype, shape, bytes);
}
