import type { NodeProto } from "../../onnx/index.ts";
import { refuseNode } from "../errors.ts";
import { LIMITS } from "../model.ts";
import type { Window } from "../model.ts";
import { mainNode } from "./builder.ts";
import type { Builder } from "./builder.ts";
import { isNormal } from "./call.ts";
import { planReshape } from "./move/index.ts";
import { divideFloats, multiplyFloats, roundHalfEven } from "./numbers.ts";
import { joinOrigins } from "./value.ts";
import type { ContractionReal, Quantisation } from "./value.ts";

/** A 1×1 window: that of a matrix product. */
export const POINT: Window = {
  kernelH: 1,
  kernelW: 1,
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  padTop: 0,
  padLeft: 0,
};

/** What an output channel takes besides its weights: unit, bias, multiplier. */
export const CHANNEL_BYTES = 16;

/** Value of output channel `index` in a list that has one for all or one for each. */
export function pick(list: ArrayLike<number>, index: number): number {
  return list[list.length === 1 ? 0 : index] ?? 0;
}

/**
 * Multiplies and then adds constants, one of each for all output channels or one for each, and keeps the exact form:
 * the factor's size goes into the unit, its sign into the weights.
 */
export function affine(
  builder: Builder,
  contraction: ContractionReal,
  factors: ArrayLike<number>,
  terms: ArrayLike<number>,
  node: NodeProto,
): ContractionReal {
  const channels = contraction.units.length;
  builder.book(contraction.weights.length + CHANNEL_BYTES * channels, node);
  const taps = contraction.weights.length / channels;
  const weights = contraction.weights.slice();
  const units = contraction.units.slice();
  const bias = contraction.bias.slice();
  for (let o = 0; o < channels; o++) {
    const factor = pick(factors, o);
    const sign = Math.sign(factor);
    if (sign !== 1) {
      for (let i = o * taps; i < (o + 1) * taps; i++) {
        const weight = sign * ((weights[i] ?? 0) - contraction.wZero) + contraction.wZero;
        if (weight < 0 || weight > 255)
          throw refuseNode(
            "EXACT_WEIGHTS_RANGE",
            node,
            "multiplies by a negative number, and the negated weights do not fit a byte",
            "Fold the factor into the weights before quantising.",
          );
        weights[i] = weight;
      }
      bias[o] = sign * (bias[o] ?? 0);
    }
    if (factor !== 0) units[o] = multiplyFloats(units[o] ?? 0, Math.fround(Math.abs(factor)));
    // The bias counts in units, and these must be numbers for that.
    if (!isNormal(units[o] ?? 0)) throw badUnit(node, units[o] ?? 0, o);
    bias[o] = (bias[o] ?? 0) + pick(terms, o) / (units[o] ?? 1);
  }
  return { ...contraction, weights, units, bias, from: joinOrigins([contraction], node) };
}

/**
 * Adds the Contract node of a contraction that is requantised to `target`, and gives the number of its output.
 * @throws GliaError `EXACT_SCALE_INVALID`, `EXACT_ACCUMULATOR_TOO_LARGE`, and as `Builder.add`
 */
export function addContract(
  builder: Builder,
  contraction: ContractionReal,
  target: Quantisation,
  by: NodeProto,
): number {
  const { units, weights, wZero, xZero } = contraction;
  const from = [...contraction.from, by];
  const node = mainNode(contraction.from) ?? by;
  builder.again(weights, node);
  builder.book(CHANNEL_BYTES * units.length, node);
  const multipliers = units.map((unit) => divideFloats(unit, target.scale));
  multipliers.forEach((multiplier, channel) => {
    if (!isNormal(multiplier))
      throw refuseNode(
        "EXACT_SCALE_INVALID",
        node,
        `has a multiplier (x_scale · w_scale / y_scale) of ${multiplier} in its output channel ${channel}; it must be a positive, finite and normal float32`,
        "Calibrate again: the scales are too far apart.",
      );
  });
  const bias = Int32Array.from(contraction.bias, (value, channel) => wholeBias(node, value, channel));
  checkAccumulators(node, weights, bias, xZero, wZero);
  const { groups, shape, kernelH, kernelW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = contraction;
  const tensor = builder.add(
    {
      kind: "Contract",
      inputs: [contraction.tensor],
      shape,
      ...{ kernelH, kernelW, strideH, strideW, dilationH, dilationW, padTop, padLeft },
      ...fitGroups(builder, node, contraction, groups),
      ...{ xZero, wZero, yZero: target.zero, bias, multipliers },
    },
    target,
    from,
  );
  return builder.move(planReshape(contraction.natural, contraction.dims), [tensor], target, from);
}

function badUnit(node: NodeProto, unit: number, channel: number) {
  return refuseNode(
    "EXACT_SCALE_INVALID",
    node,
    `brings the scale of output channel ${channel} to ${unit}; it must be a positive, finite and normal float32`,
    "Check the constants of this node.",
  );
}

function wholeBias(node: NodeProto, value: number, channel: number): number {
  const whole = roundHalfEven(value);
  if (Math.abs(whole) < LIMITS.accumulator) return whole;
  throw refuseNode(
    "EXACT_ACCUMULATOR_TOO_LARGE",
    node,
    `has a bias of ${value} in its output channel ${channel}; in units of x_scale · w_scale it must be below 2^24`,
    "Quantise the weights of this node with a larger scale.",
  );
}

/** Proves |acc| < 2^24 for every input, taps in the padding (where x = xZero) included: each adds between its smallest and largest product. */
function checkAccumulators(node: NodeProto, weights: Uint8Array, bias: Int32Array, xZero: number, wZero: number): void {
  const taps = weights.length / bias.length;
  bias.forEach((start, channel) => {
    let positive = 0;
    let negative = 0;
    for (let i = channel * taps; i < (channel + 1) * taps; i++) {
      const weight = (weights[i] ?? 0) - wZero;
      if (weight > 0) positive += weight;
      else negative += weight;
    }
    const low = start - positive * xZero + negative * (255 - xZero);
    const high = start + positive * (255 - xZero) - negative * xZero;
    if (low > -LIMITS.accumulator && high < LIMITS.accumulator) return;
    throw refuseNode(
      "EXACT_ACCUMULATOR_TOO_LARGE",
      node,
      `can reach accumulators from ${low} to ${high} in its output channel ${channel}; they must stay below 2^24`,
      "Use weights of 7 bits, or fewer input channels.",
    );
  });
}

/** Groups that would straddle the words of a pixel become one: weights between them are zeros. */
function fitGroups(builder: Builder, node: NodeProto, contraction: ContractionReal, groups: number) {
  const { weights, wZero, kernelH, kernelW, units } = contraction;
  const { c: inputs } = builder.shape(contraction.tensor);
  const own = inputs / groups;
  if (groups === 1 || inputs < 32 || 32 % own === 0 || own % 32 === 0) return { groups, weights };
  const outputs = units.length;
  const area = kernelH * kernelW;
  builder.book(outputs * area * inputs, node);
  const dense = new Uint8Array(outputs * area * inputs).fill(wZero);
  for (let o = 0; o < outputs; o++) {
    const first = Math.floor(o / (outputs / groups)) * own;
    for (let tap = 0; tap < area; tap++) {
      const start = (o * area + tap) * own;
      dense.set(weights.subarray(start, start + own), (o * area + tap) * inputs + first);
    }
  }
  return { groups: 1, weights: dense };
}
