import { GliaError } from "../../errors.ts";
import type { Shape } from "../model.ts";

const FLOAT_BITS = new DataView(new ArrayBuffer(4));
/** Smallest positive normal float32. */
const SMALLEST_NORMAL = 2 ** -126;

/** Error for a model that contradicts itself: no canonicaliser writes one. */
export function invalidModel(message: string): GliaError {
  return new GliaError("EXACT_MODEL_INVALID", message, {
    kind: "input",
    hint: "Commit to models as `canonicalise` makes them.",
  });
}

/**
 * Joins fields of 32 bits, big-endian, and the bytes behind them.
 * @throws GliaError `EXACT_MODEL_INVALID` if a field is not a whole number from 0 to 2^32 − 1.
 */
export function packFields(fields: readonly number[], tail: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(4 * fields.length + tail.length);
  const view = new DataView(bytes.buffer);
  fields.forEach((field, i) => {
    if (!Number.isInteger(field) || field < 0 || field >= 2 ** 32)
      throw invalidModel(`${field} stands where the model needs a whole number from 0 to 2^32 − 1.`);
    view.setUint32(4 * i, field, false);
  });
  bytes.set(tail, 4 * fields.length);
  return bytes;
}

/**
 * A signed number as a field: int32 in two's complement.
 * @throws GliaError `EXACT_MODEL_INVALID` if it is none.
 */
export function signedField(value: number): number {
  if ((value | 0) !== value) throw invalidModel(`${value} stands where the model needs a whole number of int32.`);
  return value >>> 0;
}

/**
 * The bits of a float32.
 * @throws GliaError `EXACT_MODEL_INVALID` if the number is not a finite, positive, normal float32.
 */
export function floatBits(value: number): number {
  if (!(value >= SMALLEST_NORMAL) || !Number.isFinite(value) || Math.fround(value) !== value)
    throw invalidModel(`${value} stands where the model needs a finite, positive, normal float32.`);
  FLOAT_BITS.setFloat32(0, value, false);
  return FLOAT_BITS.getUint32(0, false);
}

/** The four fields of a shape. */
export function shapeFields({ n, h, w, c }: Shape): number[] {
  return [n, h, w, c];
}
