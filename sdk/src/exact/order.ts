/**
 * Between the order of elements in an ONNX tensor (row by row) and the physical one (see `Shape` in model.ts).
 * They differ for rank 4 only: [N, C, H, W] is stored as N, H, W, C.
 */
import { GliaError } from "../errors.ts";

/**
 * Puts the bytes of an ONNX tensor into physical order. Returns `bytes` itself where the orders are the same.
 * @param dims the tensor's ONNX dimensions
 * @throws GliaError `EXACT_TENSOR_SIZE` if the bytes are not as many as the dimensions say.
 */
export function toPhysical(dims: readonly number[], bytes: Uint8Array): Uint8Array {
  const [n, c, h, w] = sizes(dims, bytes);
  return swapped(bytes, n, c, h * w);
}

/**
 * Puts bytes that are in physical order into the order of an ONNX tensor. Returns `bytes` itself where the orders are the same.
 * @param dims the tensor's ONNX dimensions
 * @throws GliaError `EXACT_TENSOR_SIZE` if the bytes are not as many as the dimensions say.
 */
export function toLogical(dims: readonly number[], bytes: Uint8Array): Uint8Array {
  const [n, c, h, w] = sizes(dims, bytes);
  return swapped(bytes, n, h * w, c);
}

/** Sizes of an image; a tensor of another rank counts as one channel, for which both orders are the same. */
function sizes(dims: readonly number[], bytes: Uint8Array): [number, number, number, number] {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (bytes.length !== size)
    throw new GliaError(
      "EXACT_TENSOR_SIZE",
      `A u8 tensor of dimensions [${dims.join(", ")}] has ${size} bytes, not ${bytes.length}.`,
      { kind: "input" },
    );
  const [n = 1, c = 1, h = 1, w = 1] = dims;
  return dims.length === 4 ? [n, c, h, w] : [1, 1, size, 1];
}

/** An array [outer][rows][columns] as [outer][columns][rows]. */
function swapped(bytes: Uint8Array, outer: number, rows: number, columns: number): Uint8Array {
  if (rows === 1 || columns === 1) return bytes;
  const result = new Uint8Array(bytes.length);
  let to = 0;
  for (let o = 0; o < outer; o++)
    for (let column = 0; column < columns; column++)
      for (let row = 0; row < rows; row++) result[to++] = bytes[(o * rows + row) * columns + column] ?? 0;
  return result;
}
