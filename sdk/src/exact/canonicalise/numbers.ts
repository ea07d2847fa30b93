import type { Quantisation } from "./value.ts";

/** The nearest whole number, ties to the even one. Exact for every double. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** QuantizeLinear of one float32 number, as ONNX defines it, to a byte with a zero point of ours. NaN becomes the zero point. */
export function quantiseNumber(value: number, { scale, zero }: Quantisation): number {
  const quotient = Math.fround(Math.fround(value) / scale);
  return Number.isNaN(quotient) ? zero : Math.min(Math.max(roundHalfEven(quotient) + zero, 0), 255);
}

/** Product of two float32 numbers, rounded to float32: a product of two has at most 48 bits, so that the double before rounding is exact. */
export function multiplyFloats(a: number, b: number): number {
  return Math.fround(a * b);
}

/** Quotient of two float32 numbers, rounded to float32 (53 ≥ 2 · 24 + 2 bits make rounding twice harmless). */
export function divideFloats(a: number, b: number): number {
  return Math.fround(a / b);
}
