import type { Call } from "../call.ts";
import { planReshape } from "../move/index.ts";
import { shapeOfDims } from "../../model.ts";
import { resolve } from "../resolve.ts";
import { joinOrigins } from "../value.ts";
import type { ContractionReal, IntegersValue, QuantisedReal, Value } from "../value.ts";
import { biasOf, integerWeights, packWeights } from "../weights.ts";
import { slide } from "../windows.ts";
import { quantisedInput } from "./input.ts";
import { scalesOf } from "./quantise.ts";

/** Conv between DequantizeLinear and QuantizeLinear. */
export function conv(call: Call): Value[] {
  return [convolve(call, quantisedInput(call, 0), integerWeights(call, 1), 2)];
}

/** QLinearConv: x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias of int32 in units of x_scale · w_scale. */
export function qLinearConv(call: Call): Value[] {
  const { tensor, dims, type } = call.exact(0);
  const x = call.quantisation(1, 2, type === "int8" ? "int8" : "uint8");
  call.builder.interpret(tensor, x);
  const weights = call.constant(3, "weights");
  const integers: IntegersValue = {
    kind: "integers",
    tensor: weights,
    dims: weights.shape,
    ...scalesOf(call, weights, 0, 4, 5),
  };
  const result = convolve(call, { kind: "quantised", tensor, dims, from: [], ...x }, integers, undefined);
  const bias = call.inputs[8] === undefined ? undefined : call.ints(8, "bias");
  if (bias !== undefined && bias.length !== result.units.length)
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `has a bias of ${bias.length} numbers for ${result.units.length} output channels`,
      "One number per output channel is needed.",
    );
  const resultType = call.resultType(7, type === "int8" ? "int8" : "uint8");
  const target = call.quantisation(6, 7, resultType);
  const real = bias === undefined ? result : { ...result, bias: Float64Array.from(bias) };
  return [
    {
      kind: "exact",
      tensor: resolve(call.builder, { ...real, from: [] }, target, call.node),
      dims: real.dims,
      type: resultType,
    },
  ];
}

/** A convolution over one or two axes as a contraction. */
export function convolve(
  call: Call,
  source: QuantisedReal,
  weights: IntegersValue,
  biasIndex: number | undefined,
): ContractionReal {
  const { attributes, builder, node } = call;
  const rank = source.dims.length - 2;
  const [outputs = 0, own = 0, ...kernel] = weights.dims;
  if (rank < 1 || rank > 2 || weights.dims.length !== source.dims.length)
    throw call.unsupported(
      `convolves a tensor of ${source.dims.length} dimensions with weights of ${weights.dims.length}; one or two axes are supported`,
    );
  const [n = 1, inputs = 1, ...sizes] = source.dims;
  const groups = attributes.int("group", 1);
  const declared = attributes.ints("kernel_shape") ?? kernel;
  if (
    groups < 1 ||
    inputs !== own * groups ||
    outputs % groups !== 0 ||
    outputs < 1 ||
    own < 1 ||
    declared.join() !== kernel.join()
  )
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `convolves ${inputs} channels in ${groups} groups with weights of shape [${weights.dims.join(", ")}] and kernel [${declared.join(", ")}]`,
      "Weights must be [outputs, inputs / groups, kernel…].",
    );
  const { window, outH, outW } = slide(call, kernel, sizes);
  const area = window.kernelH * window.kernelW;
  const packed = packWeights(call, source, weights, 0, outputs, area * own, (o, tap) => {
    const channel = tap % own;
    return (o * own + channel) * area + (tap - channel) / own;
  });
  const image = rank === 2 ? source.dims : [n, inputs, 1, sizes[0] ?? 1];
  const natural = [n, outputs, outH, outW];
  return {
    kind: "contraction",
    tensor: builder.move(planReshape(source.dims, image), [source.tensor], source, [node]),
    ...window,
    groups,
    xZero: source.zero,
    ...packed,
    bias: biasIndex === undefined ? new Float64Array(outputs) : biasOf(call, biasIndex, packed.units),
    shape: shapeOfDims(natural),
    natural,
    dims: rank === 2 ? natural : [n, outputs, outW],
    channelAxis: 1,
    whole: false,
    from: joinOrigins([source], node),
  };
}
