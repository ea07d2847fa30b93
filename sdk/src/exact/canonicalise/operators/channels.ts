import { shapeOfDims } from "../../model.ts";
import type { Call } from "../call.ts";
import { affine, CHANNEL_BYTES, pick, POINT } from "../contraction.ts";
import { planReshape } from "../move/index.ts";
import { multiplyFloats } from "../numbers.ts";
import { dimsOf, isReal, joinOrigins } from "../value.ts";
import type { ContractionReal, QuantisedReal, Real, UnaryReal, Value } from "../value.ts";
import { realConstant, scalarConstant } from "../weights.ts";
import { fullConstant } from "./full-constant.ts";

export const QUANTISE_BETWEEN =
  "Put QuantizeLinear and DequantizeLinear between the two nodes, as `glia exact quantize` does.";

/** Largest weight of a per-channel factor: the larger, the finer the steps in which a bias counts. */
const FINEST = 32;
/** Zero point of weights that we make: as i8, they are small whole numbers. */
export const OUR_ZERO = 128;

/** Add, Sub, Mul or Div of one real value with a constant that is more than one number. */
export function withConstant(call: Call, real: Real, dims: readonly number[]): Real {
  const index = call.inputs.findIndex((value) => value !== undefined && !isReal(value));
  const value = call.inputs[index];
  const reals = value === undefined ? undefined : realConstant(call, value);
  const shape = value === undefined ? undefined : dimsOf(value);
  if (
    value === undefined ||
    reals === undefined ||
    shape === undefined ||
    !["Add", "Sub", "Mul", "Div"].includes(call.type)
  )
    throw call.refuse(
      "EXACT_NOT_QUANTISED",
      `takes what ${real.from.map(({ opType }) => opType).join(", ")} computes before it is quantised`,
      QUANTISE_BETWEEN,
    );
  if (real.kind === "contraction" && real.whole && call.type !== "Add" && call.type !== "Sub")
    throw call.unsupported("multiplies or divides whole numbers", "Cast them to float32 before.");
  const [factors, terms] = factorsAndTerms(call, reals, index);
  const axis = axisOf(shape, dims);
  const padded = dims.join() === real.dims.join();
  if (real.kind === "contraction" && (reals.length === 1 || (padded && axis === real.channelAxis)))
    return affine(call.builder, real, factors, terms, call.node);
  if (padded && axis !== undefined && (real.kind === "quantised" || real.kind === "unary")) {
    const made = perChannel(call, real, axis, factors, terms);
    if (made !== undefined) return made;
  }
  const full = fullConstant(call, real, value, index, dims);
  if (full !== undefined) return full;
  throw call.unsupported(
    `combines its input with a constant of shape [${shape.join(", ")}], which has no exact form there`,
    QUANTISE_BETWEEN,
  );
}

/** Scalar arithmetic as a line a · x + b, if it is one. */
export function lineOf(call: Call): UnaryReal["line"] {
  const index = call.inputs.findIndex(isReal);
  const x = call.inputs[index];
  const other = call.inputs[1 - index];
  if (
    call.inputs.length !== 2 ||
    other === undefined ||
    isReal(other) ||
    !["Add", "Sub", "Mul", "Div"].includes(call.type)
  )
    return undefined;
  const before = x?.kind === "quantised" ? { a: 1, b: 0 } : x?.kind === "unary" ? x.line : undefined;
  const number = scalarConstant(call, other);
  if (before === undefined || number === undefined || (call.type === "Div" && (index === 1 || number === 0)))
    return undefined;
  const [factors, terms] = factorsAndTerms(call, Float64Array.of(number), 1 - index);
  const factor = pick(factors, 0);
  return { a: before.a * factor, b: before.b * factor + pick(terms, 0) };
}

/** The node as factor · x + term, one of each or one per channel; `index` is the constant's input. */
function factorsAndTerms(call: Call, reals: Float64Array, index: number): [Float64Array, Float64Array] {
  const zeros = new Float64Array(1);
  const ones = Float64Array.of(1);
  switch (call.type) {
    case "Add":
      return [ones, reals];
    case "Sub":
      return index === 1 ? [ones, reals.map((real) => -real)] : [Float64Array.of(-1), reals];
    case "Mul":
      return [reals, zeros];
    default:
      if (index === 1 && !reals.includes(0)) return [reals.map((real) => 1 / real), zeros];
      throw call.unsupported("divides by a computed value or by 0", QUANTISE_BETWEEN);
  }
}

/** The one axis along which a constant has more than one number, if it has all of them there. */
function axisOf(shape: readonly number[], dims: readonly number[]): number | undefined {
  const missing = dims.length - shape.length;
  const axes = [...shape.keys()].filter((axis) => shape[axis] !== 1);
  const [axis] = axes;
  return axes.length === 1 && axis !== undefined && shape[axis] === dims[axis + missing] ? axis + missing : undefined;
}

/**
 * factor · x + term with one of each per position of an axis, as a depthwise 1×1 convolution.
 * @returns nothing if x is a function of a tensor that is no line
 */
export function perChannel(
  call: Call,
  real: QuantisedReal | UnaryReal,
  axis: number,
  factors: ArrayLike<number>,
  terms: ArrayLike<number>,
): ContractionReal | undefined {
  const line = real.kind === "quantised" ? { a: 1, b: 0 } : real.line;
  if (line === undefined) return undefined;
  const { builder, node } = call;
  const source = real.kind === "quantised" ? real : real.source;
  const { dims } = source;
  const channels = dims[axis] ?? 1;
  const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);
  // A matrix has its channels last; everything else becomes an image, whose channels are its second dimension.
  const natural =
    dims.length === 4 && axis === 1
      ? dims
      : axis === dims.length - 1
        ? [product(dims.slice(0, -1)), channels]
        : [product(dims.slice(0, axis)), channels, 1, product(dims.slice(axis + 1))];
  builder.book(CHANNEL_BYTES * channels, node);
  const weights = new Uint8Array(channels);
  const units = new Float32Array(channels);
  const bias = new Float64Array(channels);
  for (let o = 0; o < channels; o++) {
    const factor = pick(factors, o);
    const made = channelWeight(call, line.a * factor, line.b * factor + pick(terms, o), source.scale);
    weights[o] = OUR_ZERO + made.weight;
    units[o] = made.unit;
    bias[o] = made.bias;
  }
  return {
    kind: "contraction",
    tensor: builder.move(planReshape(dims, natural), [source.tensor], source, [node]),
    ...POINT,
    groups: channels,
    xZero: source.zero,
    wZero: OUR_ZERO,
    ...{ weights, units, bias },
    shape: shapeOfDims(natural),
    natural,
    dims,
    channelAxis: axis,
    whole: false,
    from: joinOrigins([real], node),
  };
}

/** Weight, unit and bias of factor · scale · (x − xZero) + term: the largest weight of which the bias still fits the accumulator. */
function channelWeight(
  call: Call,
  factor: number,
  term: number,
  scale: number,
): { weight: number; unit: number; bias: number } {
  if (!Number.isFinite(factor) || !Number.isFinite(term))
    throw call.refuse(
      "EXACT_SCALE_INVALID",
      `has a factor of ${factor} and a term of ${term}; both must be finite`,
      "Check the constants of this node.",
    );
  if (factor === 0) {
    const unit = term === 0 ? scale : call.checkScale(Math.fround(Math.abs(term) / 2 ** 14), "constant");
    return { weight: 0, unit, bias: term / unit };
  }
  for (let size = FINEST; ; size /= 2) {
    const unit = call.checkScale(multiplyFloats(Math.fround(Math.abs(factor) / size), scale), "factor");
    const bias = term / unit;
    if (Math.abs(bias) < 2 ** 23 || size === 1) return { weight: Math.sign(factor) * size, unit, bias };
  }
}

/** BatchNormalization with its constants: it folds into a contraction before it, or is a depthwise convolution. */
export function batchNormalization(call: Call): Value[] {
  const { attributes, node } = call;
  const epsilon = attributes.float("epsilon", Math.fround(1e-5));
  attributes.float("momentum", 0);
  if (attributes.int("training_mode", 0) !== 0 || node.output.slice(1).some((name) => name !== ""))
    throw call.unsupported("is in training mode", "Export the model for inference.");
  const real = call.value(0);
  if (real.kind === "opaque") throw real.error;
  const channels = call.dims(0)[1] ?? 1;
  const [scale, shift, mean, variance] = ["scale", "bias", "mean", "variance"].map((what, index) => {
    const numbers = realConstant(call, call.value(index + 1));
    if (numbers?.length === channels) return numbers;
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `has no constant ${what} of ${channels} numbers, one per channel`,
      "Export the model for inference.",
    );
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const factors = scale.map((value, o) => value / Math.sqrt((variance[o] ?? 0) + epsilon));
  const terms = factors.map((factor, o) => (shift[o] ?? 0) - (mean[o] ?? 0) * factor);
  if (real.kind === "contraction" && real.channelAxis === 1) return [affine(call.builder, real, factors, terms, node)];
  const made =
    real.kind === "quantised" || real.kind === "unary" ? perChannel(call, real, 1, factors, terms) : undefined;
  if (made !== undefined) return [made];
  throw call.refuse("EXACT_NOT_QUANTISED", "normalises a value that is not quantised", QUANTISE_BETWEEN);
}
