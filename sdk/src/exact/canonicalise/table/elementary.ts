/*
 * Elementary functions that give the same double on every machine. ECMAScript leaves Math.exp and its kin to the engine, and engines differ
 * in the last bit, so a table made with them could have another id elsewhere. These use only + − × ÷, comparisons and the bits of the
 * exponent, all of which IEEE 754 fixes. Error: at most 2 units in the last place (tested).
 */

/** ln 2 in two parts; the first has 33 bits, so that its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INV_LN2 = 1.4426950408889634;
/** 2 / √π in two parts. */
const ERF_HIGH = 1.1283791670955126;
const ERF_LOW = 1.533545961316588e-17;
const SQRT_HALF = 0.7071067811865476;

const bits = new DataView(new ArrayBuffer(8));

/** 2^k for −1022 ≤ k ≤ 1023, made from the bits of its exponent. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** e^x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 709.8) return Infinity;
  if (x < -745.2) return 0;
  const k = Math.floor(x * INV_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  // What the subtraction lost; e^(r + lost) ≈ e^r + lost, since lost is tiny and e^r near 1.
  const lost = high - r - low;
  // Taylor's series on |r| ≤ ln 2 / 2, the tail first.
  let tail = 1 / 3;
  let factor = 0;
  for (let n = 16; n >= 3; n--) factor = (1 + factor) * (r / n);
  tail = (1 + factor) / 2;
  const near = 1 + (r + (r * r * tail + lost));
  // In two factors: 2^k alone may be beyond the range of normal numbers.
  const half = Math.trunc(k / 2);
  return near * powerOfTwo(half) * powerOfTwo(k - half);
}

/** Natural logarithm; NaN for negative numbers, −Infinity for 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  const subnormal = x < powerOfTwo(-1022);
  bits.setFloat64(0, subnormal ? x * powerOfTwo(54) : x);
  const top = bits.getUint32(0);
  let k = (top >>> 20) - 1023 - (subnormal ? 54 : 0);
  bits.setUint32(0, (top & 0xfffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > 2 * SQRT_HALF) {
    m /= 2;
    k++;
  }
  // log(1 + f) = f − f²/2 + s (f²/2 + R), where s = f / (2 + f) and 2 atanh(s) = 2s + s·R; f is exact and the rest is small beside it.
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  let sum = 0;
  for (let n = 12; n >= 1; n--) sum = z * (2 / (2 * n + 1) + sum);
  const square = 0.5 * f * f;
  return k * LN2_HIGH - (square - (s * (square + sum) + k * LN2_LOW) - f);
}

/** log(1 + x), also for x near 0. */
export function log1p(x: number): number {
  const sum = 1 + x;
  // sum is not quite 1 + x, but log(sum) / (sum − 1) hardly changes: Kahan's correction.
  return sum === 1 || sum === Infinity ? x : log(sum) * (x / (sum - 1));
}

/** e^x − 1, also for x near 0. */
export function expm1(x: number): number {
  const power = exp(x);
  if (power === 1) return x;
  const difference = power - 1;
  return difference === -1 || power === Infinity ? difference : difference * (x / log(power));
}

export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size >= 0.55) {
    const result = 1 - 2 / (exp(2 * size) + 1);
    return x < 0 ? -result : result;
  }
  // Lambert's continued fraction x / (1 + x² / (3 + x² / (5 + …))), as x minus something small.
  const square = x * x;
  let below = 21;
  for (let odd = 19; odd >= 3; odd -= 2) below = odd + square / below;
  const small = square / below;
  return x - x * (small / (1 + small));
}

/** 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** erf(k / 4) for k = 2 to 23, correctly rounded. */
const ERF_AT_QUARTERS = [
  0.5204998778130465, 0.7111556336535151, 0.8427007929497149, 0.9229001282564583, 0.9661051464753108,
  0.9866716712191824, 0.9953222650189527, 0.9985372834133188, 0.999593047982555, 0.9998993780778803, 0.9999779095030014,
  0.9999956972205363, 0.9999992569016276, 0.9999998862727434, 0.9999999845827421, 0.9999999981494259,
  0.9999999998033839, 0.9999999999815149, 0.9999999999984626, 0.9999999999998869, 0.9999999999999927,
  0.9999999999999996,
] as const;

/** Error function: 2/√π times the integral of e^(−t²) from 0 to x. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  const result = size < 0.375 ? erfNearZero(size) : size < 5.875 ? erfFromQuarter(size) : 1;
  return x < 0 ? -result : result;
}

/** 2/√π (x − x³/3 + x⁵/10 − …), as a product with 1 and something small. */
function erfNearZero(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = 14; n >= 1; n--) sum = (-square / n) * (1 / (2 * n + 1) + sum);
  return x * ERF_HIGH + x * (ERF_LOW + ERF_HIGH * sum);
}

/**
 * Taylor's series around the nearest quarter a: erf(a + h) = erf(a) + 2/√π e^(−a²) Σ g_n h^(n+1) / (n + 1), where e^(−2ah − h²) = Σ g_n h^n,
 * so that (n + 1) g_(n+1) = −2a g_n − 2 g_(n−1).
 */
function erfFromQuarter(x: number): number {
  const quarter = Math.floor(4 * x + 0.5);
  const a = quarter / 4;
  const h = x - a;
  let before = 0;
  let coefficient = 1;
  let power = h;
  let sum = 0;
  for (let n = 0; n < 40; n++) {
    sum += (coefficient * power) / (n + 1);
    const next = (-2 * a * coefficient - 2 * before) / (n + 1);
    before = coefficient;
    coefficient = next;
    power *= h;
  }
  return (ERF_AT_QUARTERS[quarter - 2] ?? 1) + ERF_HIGH * exp(-a * a) * sum;
}

/** x^y as IEEE 754 has it: 1 for y = 0 or x = 1, NaN for negative x with a y that is not whole. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const whole = Number.isInteger(y);
  if (whole && Math.abs(y) <= 64) return y < 0 ? 1 / power(x, -y) : power(x, y);
  if (y === 0.5 && x >= 0) return Math.sqrt(x);
  const odd = whole && Math.abs(y % 2) === 1;
  const negative = odd && (x < 0 || Object.is(x, -0));
  if (x < 0 && !whole && Number.isFinite(y) && x !== -Infinity) return NaN;
  const size = Math.abs(x);
  // 1 to an infinite power is 1 for IEEE 754, though not for ECMAScript; the product below would be 0 · ∞.
  const result = size === 1 ? 1 : exp(y * log(size));
  return negative ? -result : result;
}

/** x^n for a whole n > 0 by repeated squaring: exact as long as the result fits into 53 bits. */
function power(x: number, n: number): number {
  let result = 1;
  for (let factor = x, rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= factor;
    factor *= factor;
  }
  return result;
}
