/** The nearest whole number; of two that are equally near, the even one. Infinities stay what they are. */
function roundHalfEven(value: number): number {
  if (!Number.isFinite(value)) return value;
  const below = Math.floor(value);
  const rest = value - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/**
 * From an accumulator to a byte: `clamp(roundHalfEven(f32(acc · multiplier)) + zero, 0, 255)`, f32 being the rounding to IEEE single precision.
 * The product of two single-precision numbers fits a double exactly, so it is rounded once, as the formula says.
 * @param acc a whole number with |acc| < 2^24, so that it is itself a single-precision number
 * @param multiplier a finite, positive, normal single-precision number
 */
export function requantise(acc: number, multiplier: number, zero: number): number {
  const value = roundHalfEven(Math.fround(acc * multiplier)) + zero;
  return Math.min(Math.max(value, 0), 255);
}
