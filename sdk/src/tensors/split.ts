import { GliaError } from "../errors.ts";
import type { TensorInfo } from "../onnx/index.ts";
import { elementCount, formatShape } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Cuts an array into the items of a model's input; an item is one inference at batch size 1.
 *
 * - The model's first dimension is dynamic or 1: `[N, …]` gives N items of `[1, …]`, and an array without that dimension one item.
 * - Otherwise an array of exactly the model's shape is one item, and one with a further dimension in front is N items.
 *
 * Nothing is copied: items are views of the array's bytes.
 * @param whole Never cut: each array is one item, also where the first dimension is dynamic but no batch (a sequence).
 * @throws GliaError `TENSOR_SHAPE_MISMATCH` with both shapes.
 */
export function splitBatch(tensor: Tensor, info: TensorInfo, whole = false): Tensor[] {
  const { shape } = tensor;
  const first = info.shape[0];
  const batched = info.shape.length > 0 && (first === 1 || typeof first !== "number");
  if (matches(shape, info.shape) && (whole || !batched)) return [tensor];
  if (!whole && batched && matches(shape.slice(1), info.shape.slice(1)) && shape.length === info.shape.length) {
    return cut(tensor, [1, ...shape.slice(1)], info);
  }
  if (batched && matches(shape, info.shape.slice(1))) return [{ ...tensor, shape: [1, ...shape] }];
  if (!whole && !batched && matches(shape.slice(1), info.shape) && shape.length === info.shape.length + 1) {
    return cut(tensor, shape.slice(1), info);
  }
  throw new GliaError(
    "TENSOR_SHAPE_MISMATCH",
    `Input "${info.name}" takes shape ${formatShape(info.shape)}, but ${formatShape(shape)} came.`,
    {
      kind: "input",
      hint:
        batched && !whole
          ? `A batch of N items has shape ${formatShape(["N", ...info.shape.slice(1)])}.`
          : "Reshape the array.",
      details: { input: info.name, expected: [...info.shape], actual: [...shape] },
    },
  );
}

function cut(tensor: Tensor, shape: readonly number[], info: TensorInfo): Tensor[] {
  const count = tensor.shape[0] ?? 0;
  if (count === 0 || elementCount(shape) === 0) {
    throw new GliaError(
      "TENSOR_EMPTY",
      `The array for input "${info.name}" has shape ${formatShape(tensor.shape)}: there is nothing in it.`,
      { kind: "input" },
    );
  }
  const size = tensor.bytes.length / count;
  return Array.from({ length: count }, (_, i) => ({
    dtype: tensor.dtype,
    shape,
    bytes: tensor.bytes.subarray(i * size, (i + 1) * size),
  }));
}

function matches(shape: readonly number[], pattern: TensorInfo["shape"]): boolean {
  return (
    shape.length === pattern.length && pattern.every((size, axis) => typeof size !== "number" || size === shape[axis])
  );
}
