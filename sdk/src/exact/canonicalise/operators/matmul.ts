import { shapeOfDims } from "../../model.ts";
import type { Call } from "../call.ts";
import { POINT } from "../contraction.ts";
import { planReshape, planTranspose } from "../move/index.ts";
import { resolve } from "../resolve.ts";
import { joinOrigins } from "../value.ts";
import type { ContractionReal, IntegersValue, QuantisedReal, Value } from "../value.ts";
import { biasOf, integerWeights, packWeights } from "../weights.ts";
import { quantisedInput } from "./input.ts";
import { scalesOf } from "./quantise.ts";

/** MatMul between DequantizeLinear and QuantizeLinear. */
export function matMul(call: Call): Value[] {
  return [multiply(call, quantisedInput(call, 0), integerWeights(call, 1), false)];
}

/** Gemm: alpha must be 1, since it would be one more rounding; beta is folded into the bias. */
export function gemm(call: Call): Value[] {
  const { attributes } = call;
  const alpha = attributes.float("alpha", 1);
  const beta = attributes.float("beta", 1);
  const transA = attributes.int("transA", 0) !== 0;
  const transB = attributes.int("transB", 0) !== 0;
  if (alpha !== 1) throw call.unsupported(`has an alpha of ${alpha}; 1 is supported`, "Fold alpha into the weights.");
  const input = quantisedInput(call, 0);
  if (input.dims.length !== 2)
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `multiplies a tensor of shape [${input.dims.join(", ")}]; Gemm takes matrices`,
      "Use MatMul, or Flatten before it.",
    );
  const source = transA ? transpose(call, input) : input;
  const product = multiply(call, source, integerWeights(call, 1), transB);
  return [{ ...product, bias: biasOf(call, 2, product.units, beta) }];
}

/** QLinearMatMul: a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero. */
export function qLinearMatMul(call: Call): Value[] {
  const { tensor, dims, type } = call.exact(0);
  const kind = type === "int8" ? "int8" : "uint8";
  const a = call.quantisation(1, 2, kind);
  call.builder.interpret(tensor, a);
  const weights = call.constant(3, "second matrix");
  const integers: IntegersValue = {
    kind: "integers",
    tensor: weights,
    dims: weights.shape,
    ...scalesOf(call, weights, -1, 4, 5),
  };
  const product = multiply(call, { kind: "quantised", tensor, dims, from: [], ...a }, integers, false);
  const resultType = call.resultType(7, kind);
  const target = call.quantisation(6, 7, resultType);
  return [
    {
      kind: "exact",
      tensor: resolve(call.builder, { ...product, from: [] }, target, call.node),
      dims: product.dims,
      type: resultType,
    },
  ];
}

/** Rows of a quantised tensor times a constant matrix [K, N] (or [N, K], transposed). */
export function multiply(
  call: Call,
  source: QuantisedReal,
  weights: IntegersValue,
  transposed: boolean,
): ContractionReal {
  const { builder, node } = call;
  const matrix = squeezeLeading(weights.dims);
  const inner = source.dims.at(-1) ?? 0;
  const [rows = 0, columns = 0] = transposed ? [matrix[1], matrix[0]] : matrix;
  if (matrix.length !== 2 || source.dims.length < 1 || rows !== inner || columns < 1)
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `multiplies [${source.dims.join(", ")}] by a constant of shape [${weights.dims.join(", ")}]${transposed ? ", transposed" : ""}; the constant must be one matrix with ${inner} rows`,
      "Split products with several matrices into one node for each.",
    );
  const axis = weights.dims.length - (transposed ? 2 : 1);
  const packed = packWeights(call, source, weights, axis, columns, inner, (o, tap) =>
    transposed ? o * inner + tap : tap * columns + o,
  );
  const outer = source.dims.slice(0, -1);
  const height = outer.reduce((product, size) => product * size, 1);
  const natural = [height, columns];
  const extra = Array.from({ length: Math.max(weights.dims.length - source.dims.length, 0) }, () => 1);
  const dims = [...(source.dims.length === 1 ? extra.slice(1) : extra), ...outer, columns];
  return {
    kind: "contraction",
    tensor: builder.move(planReshape(source.dims, [height, inner]), [source.tensor], source, [node]),
    ...POINT,
    groups: 1,
    xZero: source.zero,
    ...packed,
    bias: new Float64Array(columns),
    shape: shapeOfDims(natural),
    natural,
    dims,
    channelAxis: dims.length - 1,
    whole: false,
    from: joinOrigins([source], node),
  };
}

/** A quantised matrix with rows and columns exchanged. */
function transpose(call: Call, input: QuantisedReal): QuantisedReal {
  const plan = planTranspose(input.dims);
  return { ...input, dims: plan.dims, tensor: call.builder.move(plan, [input.tensor], input, [call.node]) };
}

function squeezeLeading(dims: readonly number[]): readonly number[] {
  const first = dims.findIndex((size, axis) => size !== 1 || axis >= dims.length - 2);
  return first < 0 ? dims : dims.slice(first);
}
