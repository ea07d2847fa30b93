import { GliaError } from "../errors.ts";
import { DTYPES } from "./dtype.ts";
import type { DType } from "./dtype.ts";

/** Raw numbers with a type and a shape. `bytes` is little-endian and row-major, and exactly as long as the shape says. */
export interface Tensor {
  readonly dtype: DType;
  /** Sizes of the dimensions, outermost first; empty for a scalar. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * The tensors of one inference by name, in the order in which the model declares its inputs (or outputs).
 * A Map, since an object would reorder names such as "1".
 */
export type Item = ReadonlyMap<string, Tensor>;

/** Name, type and concrete shape of one tensor of every item of a batch. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Most dimensions that a tensor may have; ONNX Runtime's own kernels stop below that. */
export const MAX_RANK = 32;

/**
 * Number of elements of a shape.
 * @throws GliaError `TENSOR_SHAPE_INVALID` if a dimension is no whole number ≥ 0, there are too many, or the product exceeds 2^53.
 */
export function elementCount(shape: readonly number[]): number {
  const bad = (reason: string) =>
    new GliaError("TENSOR_SHAPE_INVALID", `The shape ${formatShape(shape)} ${reason}.`, {
      kind: "input",
      details: { shape: [...shape] },
    });
  if (shape.length > MAX_RANK) throw bad(`has ${shape.length} dimensions; at most ${MAX_RANK} are allowed`);
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) throw bad("must consist of whole numbers of at least 0");
    count *= size;
    if (!Number.isSafeInteger(count)) throw bad("has more elements than can be counted");
  }
  return count;
}

/**
 * Bytes that a tensor of this type and shape takes.
 * @throws GliaError as {@link elementCount}.
 */
export function tensorSize(dtype: DType, shape: readonly number[]): number {
  const size = elementCount(shape) * DTYPES[dtype].bytes;
  if (Number.isSafeInteger(size)) return size;
  throw new GliaError("TENSOR_SHAPE_INVALID", `The shape ${formatShape(shape)} takes more bytes than can be counted.`, {
    kind: "input",
  });
}

/**
 * Makes a tensor of existing bytes, which are kept and not copied.
 * @throws GliaError `TENSOR_SIZE_MISMATCH` if the bytes are not exactly as many as type and shape need.
 */
export function createTensor(dtype: DType, shape: readonly number[], bytes: Uint8Array): Tensor {
  const expected = tensorSize(dtype, shape);
  if (bytes.length !== expected) {
    throw new GliaError(
      "TENSOR_SIZE_MISMATCH",
      `A ${dtype} tensor of shape ${formatShape(shape)} has ${expected} bytes, but ${bytes.length} came.`,
      { kind: "input", details: { dtype, shape: [...shape], expected, actual: bytes.length } },
    );
  }
  return { dtype, shape: [...shape], bytes };
}

/** A shape for people: `[1, 28, 28]`; dynamic dimensions by their name or `?`. */
export function formatShape(shape: readonly (number | string | null)[]): string {
  return `[${shape.map((size) => size ?? "?").join(", ")}]`;
}

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
