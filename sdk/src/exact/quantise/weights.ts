import { refuseModel } from "../errors.ts";
import { LIMITS } from "../model.ts";
import { isNormalFloat, neighbour, roundUpToBits } from "./numbers.ts";
import type { Quantisation } from "./scales.ts";

/** Integer weights of a contraction. */
export interface IntegerWeights {
  /** In the order of the float weights. */
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  /** One per output channel, of the weights. */
  readonly scales: Float32Array;
  /** One per output channel, of the bias: f32(xs · ws). */
  readonly biasScales: Float32Array;
  /** Channels whose weights are coarser than their size asks for, since their accumulator could have reached 2^24. */
  readonly widened: readonly number[];
}

/** A contraction's float numbers. */
export interface FloatWeights {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly channelOf: (index: number) => number;
  /** Mean and mean square of the input element that weight number i is multiplied with, over the calibration samples. */
  readonly input: { readonly mean: (index: number) => number; readonly square: (index: number) => number };
}

const LARGEST = 63;
const SMALLEST = -64;
/** Significant bits of a multiplier. */
const MULTIPLIER_BITS = 8;
/** Smaller multipliers would turn the largest accumulator into 0; a channel that small is 0 anyway. */
const SMALLEST_MULTIPLIER = 2 ** -22;
/** How far the bias may go by itself: a quarter of the accumulator. */
const LARGEST_BIAS = LIMITS.accumulator / 4;

/**
 * Quantises weights and bias, channel by channel, so that m = f32(f32(xs · ws) / ys) is a number of at most eight significant bits.
 * The multiplier is chosen first: the shortest one with which the weights fit [−64, 63]; a weight's scale that gives exactly it is then looked for.
 */
export function quantiseWeights(float: FloatWeights, x: Quantisation, y: Quantisation): IntegerWeights {
  const channels = float.bias.length;
  const members: number[][] = Array.from({ length: channels }, () => []);
  float.weights.forEach((_, index) => members[float.channelOf(index)]?.push(index));
  const weights = new Int8Array(float.weights.length);
  const bias = new Int32Array(channels);
  const [scales, biasScales] = [new Float32Array(channels), new Float32Array(channels)];
  const widened: number[] = [];
  members.forEach((indices, channel) => {
    const term = float.bias[channel] ?? 0;
    let step = bestStep(float, indices, term, x.scale);
    for (let attempt = 0; ; attempt++) {
      const scale = shortScale(step, x.scale, y.scale);
      const biasScale = Math.fround(x.scale * scale);
      let shift = 0;
      for (const index of indices) {
        const weight = float.weights[index] ?? 0;
        const rounded = clamp(Math.round(weight / scale));
        weights[index] = rounded;
        shift += (rounded * scale - weight) * float.input.mean(index);
      }
      // What rounding the weights shifts the result by on average is taken back.
      bias[channel] = Math.round((term - shift) / biasScale);
      scales[channel] = scale;
      biasScales[channel] = biasScale;
      if (reach(weights, indices, bias[channel] ?? 0, x.zero) < LIMITS.accumulator) break;
      if (attempt === 0) widened.push(channel);
      step = scale * 1.125;
    }
  });
  return { weights, bias, scales, biasScales, widened };
}

function clamp(value: number): number {
  return Math.min(Math.max(value, SMALLEST), LARGEST);
}

/** Shares of the range that are tried: cutting off a few large weights can make all others finer. */
const SHARES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6];

/** The scale with the least squared error of the results, as far as it comes from one weight at a time; bias and accumulator must fit. */
function bestStep({ weights, input }: FloatWeights, indices: readonly number[], term: number, xScale: number): number {
  let [low, high] = [0, 0];
  for (const index of indices) {
    const weight = weights[index] ?? 0;
    if (weight > high) high = weight;
    if (weight < low) low = weight;
  }
  const full = Math.max(high / LARGEST, low / SMALLEST);
  const least = Math.abs(term) / (xScale * LARGEST_BIAS);
  let best = full;
  let smallest = Infinity;
  for (const share of full > 0 ? SHARES : []) {
    const step = full * share;
    let error = 0;
    for (const index of indices) {
      const weight = weights[index] ?? 0;
      error += (clamp(Math.round(weight / step)) * step - weight) ** 2 * input.square(index);
    }
    if (error < smallest) [smallest, best] = [error, step];
  }
  return Math.max(best, least);
}

/**
 * A scale of at least `step` whose multiplier is short: the next short multiplier, then a float32 among the neighbours of m · ys / xs
 * that gives exactly it; if roundings leave none, the multiplier after it.
 * @throws GliaError `EXACT_QUANTISE_SCALE` where the numbers are too large for single precision
 */
export function shortScale(step: number, xScale: number, yScale: number): number {
  let multiplier = roundUpToBits(Math.max((step * xScale) / yScale, SMALLEST_MULTIPLIER), MULTIPLIER_BITS);
  for (;;) {
    if (!(multiplier < 2 ** 127))
      throw refuseModel(
        "EXACT_QUANTISE_SCALE",
        `Weights in steps of ${step} on inputs in steps of ${xScale} have no scale as a float32 for outputs in steps of ${yScale}.`,
        "The weights are too large for the ranges that calibration saw: give samples like those that the model will see.",
      );
    const middle = Math.fround((multiplier * yScale) / xScale);
    for (const offset of [0, 1, -1, 2, -2, 3, -3]) {
      const scale = neighbour(middle, offset);
      const product = Math.fround(xScale * scale);
      if (isNormalFloat(scale) && isNormalFloat(product) && Math.fround(product / yScale) === multiplier) return scale;
    }
    multiplier = roundUpToBits(multiplier * (1 + 2 ** (1 - MULTIPLIER_BITS) / 1.5), MULTIPLIER_BITS);
  }
}

/** Largest magnitude of the accumulator over all inputs. */
function reach(weights: Int8Array, indices: readonly number[], bias: number, zero: number): number {
  let [low, high] = [bias, bias];
  for (const index of indices) {
    const weight = weights[index] ?? 0;
    low += weight > 0 ? -weight * zero : weight * (255 - zero);
    high += weight > 0 ? weight * (255 - zero) : -weight * zero;
  }
  return Math.max(-low, high);
}
