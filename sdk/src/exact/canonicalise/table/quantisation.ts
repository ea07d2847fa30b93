import { scaleInvalid, zeroPointInvalid } from "./errors.ts";
import { roundHalfEven } from "../numbers.ts";

/** A byte b stands for the number scale · (b − zero). */
export interface Quantisation {
  /** Finite, positive, normal float32. */
  readonly scale: number;
  /** 0 to 255. */
  readonly zero: number;
}

const SMALLEST_NORMAL = 2 ** -126;

/** @throws GliaError `EXACT_SCALE_INVALID`, `EXACT_ZERO_POINT_INVALID`. */
export function checkQuantisation({ scale, zero }: Quantisation): void {
  if (!(scale >= SMALLEST_NORMAL && scale < Infinity && Math.fround(scale) === scale)) throw scaleInvalid(scale);
  if (!(Number.isInteger(zero) && zero >= 0 && zero <= 255)) throw zeroPointInvalid(zero);
}

/** ONNX's DequantizeLinear: the float32 number that a byte stands for. */
export function dequantise(byte: number, { scale, zero }: Quantisation): number {
  return Math.fround((byte - zero) * scale);
}

/** ONNX's QuantizeLinear: the byte for a float32 number; infinite ones saturate. The number must not be NaN. */
export function quantiseNumber(x: number, { scale, zero }: Quantisation): number {
  return Math.min(255, Math.max(0, roundHalfEven(Math.fround(x / scale)) + zero));
}
