import { readElements } from "../../tensors/elements.ts";
import { elementCount } from "../../tensors/tensor.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import type { Call } from "./call.ts";
import { CHANNEL_BYTES, pick } from "./contraction.ts";
import { multiplyFloats } from "./numbers.ts";
import { dimsOf } from "./value.ts";
import type { IntegersValue, QuantisedReal, Value } from "./value.ts";

/** What a number takes that is read from a constant, in memory and in time. */
const NUMBER_BYTES = 8;

/** Weights of a contraction as ContractNode has them, and what 1 in the accumulator stands for. */
interface Packed {
  readonly weights: Uint8Array;
  readonly wZero: number;
  readonly units: Float32Array;
}

/**
 * Constant weights of whole numbers with their scales.
 * @throws GliaError `EXACT_NOT_CONSTANT`, `EXACT_WEIGHTS_FLOAT`
 */
export function integerWeights(call: Call, index: number): IntegersValue {
  const value = call.value(index);
  if (value.kind === "integers") return value;
  const name = call.node.input[index] ?? "";
  if (value.kind === "opaque") throw value.error;
  if (value.kind === "constant")
    throw call.refuse(
      "EXACT_WEIGHTS_FLOAT",
      `has weights ("${name}") of ${value.tensor.dtype}; they must be u8 or i8 behind a DequantizeLinear`,
      "Quantise the weights: `glia exact quantize` does.",
    );
  throw call.refuse(
    "EXACT_NOT_CONSTANT",
    `computes its weights ("${name}"); they must be constant`,
    "A product of two computed tensors, as in attention, has no exact form; leave it to the tail or replace it.",
  );
}

/**
 * Lays weights out as [output channel][tap] with one zero point for all channels; i8 becomes u8 by adding 128.
 * @param axis axis of the weights along which the output channels lie
 * @param offset position in the constant of a channel's tap
 * @throws GliaError `EXACT_TYPE_UNSUPPORTED`, `EXACT_SCALE_INVALID`, `EXACT_SHAPE_MISMATCH`, `EXACT_WEIGHTS_RANGE`
 */
export function packWeights(
  call: Call,
  source: QuantisedReal,
  constant: IntegersValue,
  axis: number,
  channels: number,
  taps: number,
  offset: (channel: number, tap: number) => number,
): Packed {
  const { tensor, scales, zeros } = constant;
  if (tensor.dtype !== "uint8" && tensor.dtype !== "int8")
    throw call.refuse(
      "EXACT_TYPE_UNSUPPORTED",
      `has weights of ${tensor.dtype}; u8 and i8 are supported`,
      "Quantise the weights to 8 bits.",
    );
  if (constant.axis !== undefined && constant.axis !== axis)
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `has weights with scales along axis ${constant.axis}; they must lie along the output channels, axis ${axis}`,
      "Quantise per output channel, or per tensor.",
    );
  call.builder.book(channels * (taps + CHANNEL_BYTES), call.node);
  const flip = tensor.dtype === "int8" ? 128 : 0;
  const first = pick(zeros, 0) + flip;
  const uniform = zeros.every((zero) => zero + flip === first);
  const shared = uniform ? first : sharedZero(call, tensor, zeros, flip, channels, taps, offset);
  const weights = new Uint8Array(channels * taps);
  const units = new Float32Array(channels);
  for (let o = 0; o < channels; o++) {
    const shift = shared - pick(zeros, o) - flip;
    for (let tap = 0; tap < taps; tap++) weights[o * taps + tap] = ((tensor.bytes[offset(o, tap)] ?? 0) ^ flip) + shift;
    units[o] = call.checkScale(
      multiplyFloats(source.scale, call.checkScale(pick(scales, o), "scale of its weights")),
      "product of scales",
    );
  }
  return { weights, wZero: shared, units };
}

/** A zero point with which the weights of all channels fit a byte, where the file has several. */
function sharedZero(
  call: Call,
  { bytes }: Tensor,
  zeros: Int32Array,
  flip: number,
  channels: number,
  taps: number,
  offset: (channel: number, tap: number) => number,
): number {
  let low = 0;
  let high = 0;
  for (let o = 0; o < channels; o++)
    for (let tap = 0; tap < taps; tap++) {
      const weight = ((bytes[offset(o, tap)] ?? 0) ^ flip) - pick(zeros, o) - flip;
      low = Math.min(low, weight);
      high = Math.max(high, weight);
    }
  if (high - low <= 255) return -low;
  throw call.refuse(
    "EXACT_WEIGHTS_RANGE",
    `has weights with different zero points that reach from ${low} to ${high} around them; no common zero point holds them in a byte`,
    "Quantise the weights symmetrically.",
  );
}

/**
 * Bias in units of the accumulator, one per output channel: the file's whole numbers where its scale is that of the accumulator, else the real number divided.
 * @throws GliaError `EXACT_SHAPE_MISMATCH`, `EXACT_NOT_CONSTANT`
 */
export function biasOf(call: Call, index: number, units: Float32Array, factor = 1): Float64Array {
  const value = call.inputs[index];
  if (value === undefined) return new Float64Array(units.length);
  const reals = realConstant(call, value);
  if (reals === undefined) {
    call.constant(index, "bias");
    throw call.unsupported("has a bias that is no number");
  }
  const shape = dimsOf(value) ?? [];
  if ((reals.length !== units.length && reals.length !== 1) || (reals.length > 1 && shape.at(-1) !== reals.length))
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `has a bias of shape [${shape.join(", ")}] for ${units.length} output channels`,
      "One number per output channel is needed.",
    );
  const whole = value.kind === "integers" && factor === 1 ? [...readElements(value.tensor)].map(Number) : undefined;
  return Float64Array.from(units, (unit, o) => {
    if (
      whole !== undefined &&
      value.kind === "integers" &&
      pick(value.scales, o) === unit &&
      pick(value.zeros, o) === 0
    )
      return pick(whole, o);
    return (factor * pick(reals, o)) / unit;
  });
}

/** The only number of a constant that has one; nothing for others. */
export function scalarConstant(call: Call, value: Value | undefined): number | undefined {
  if (value?.kind !== "constant" && value?.kind !== "integers") return undefined;
  if (elementCount(value.tensor.shape) !== 1) return undefined;
  return realConstant(call, value)?.[0];
}

/** The numbers of a constant, dequantised where they are whole numbers with a scale; nothing for a value that is computed. */
export function realConstant(call: Call, value: Value): Float64Array | undefined {
  if (value.kind === "constant" || value.kind === "integers")
    call.builder.book(elementCount(value.tensor.shape) * NUMBER_BYTES, call.node);
  if (value.kind === "constant") return Float64Array.from(readElements(value.tensor), Number);
  if (value.kind !== "integers") return undefined;
  const { tensor, dims, axis, scales, zeros } = value;
  const inner = axis === undefined ? 1 : dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const length = axis === undefined ? 1 : (dims[axis] ?? 1);
  let index = 0;
  return Float64Array.from(readElements(tensor), (element) => {
    const channel = Math.floor(index++ / inner) % length;
    return multiplyFloats(Number(element) - pick(zeros, channel), pick(scales, channel));
  });
}
