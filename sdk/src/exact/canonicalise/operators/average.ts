import { shapeOfDims } from "../../model.ts";
import type { Call } from "../call.ts";
import { CHANNEL_BYTES, POINT } from "../contraction.ts";
import { planReshape, planTranspose } from "../move/index.ts";
import { multiplyFloats } from "../numbers.ts";
import { joinOrigins } from "../value.ts";
import type { ContractionReal, QuantisedReal, Value } from "../value.ts";
import { slide } from "../windows.ts";
import type { Sliding } from "../windows.ts";
import { OUR_ZERO } from "./channels.ts";
import { quantisedInput } from "./input.ts";
import { imageDims } from "./pool.ts";

/** AveragePool as a depthwise convolution with weights of 1 whose unit is divided by the window's size. */
export function averagePool(call: Call): Value[] {
  const { attributes } = call;
  const kernel = attributes.ints("kernel_shape") ?? [];
  const ceil = attributes.int("ceil_mode", 0) !== 0;
  const countPadding = attributes.int("count_include_pad", 0) !== 0;
  const sliding = slide(call, kernel, imageDims(call).slice(2), ceil);
  if ((sliding.padded && !countPadding) || sliding.beyond)
    throw call.unsupported(
      "divides by another number where its window reaches beyond the image; one divisor is needed for all places",
      "Set count_include_pad=1 and ceil_mode=0, or put a Pad before it.",
    );
  return [average(call, quantisedInput(call, 0), sliding)];
}

/** GlobalAveragePool. */
export function globalAveragePool(call: Call): Value[] {
  const sizes = imageDims(call).slice(2);
  return [average(call, quantisedInput(call, 0), slide(call, sizes, sizes))];
}

function average(call: Call, source: QuantisedReal, { window, outH, outW }: Sliding): ContractionReal {
  const [n = 1, channels = 1, ...sizes] = source.dims;
  const area = window.kernelH * window.kernelW;
  const image = sizes.length === 1 ? [n, channels, 1, sizes[0] ?? 1] : source.dims;
  const natural = [n, channels, outH, outW];
  call.builder.book(channels * (area + CHANNEL_BYTES), call.node);
  return {
    ...ones(call, source, channels, area, area),
    tensor: call.builder.move(planReshape(source.dims, image), [source.tensor], source, [call.node]),
    ...window,
    groups: channels,
    shape: shapeOfDims(natural),
    natural,
    dims: sizes.length === 1 ? [n, channels, outW] : natural,
    channelAxis: 1,
  };
}

/** ReduceMean and ReduceSum over any axes: over height and width of an image as a depthwise convolution, else as a product with ones. */
export function reduce(call: Call): Value[] {
  const { attributes, builder, node } = call;
  const mean = call.type === "ReduceMean";
  const listed = attributes.ints("axes") ?? call.optionalInts(1, "axes") ?? [];
  const keep = attributes.int("keepdims", 1) !== 0;
  const source = quantisedInput(call, 0);
  const { dims } = source;
  if (listed.length === 0 && attributes.int("noop_with_empty_axes", 0) !== 0) return [source];
  const axes = [
    ...new Set((listed.length === 0 ? [...dims.keys()] : listed).map((axis) => (axis < 0 ? axis + dims.length : axis))),
  ].sort((a, b) => a - b);
  if (axes.some((axis) => axis < 0 || axis >= dims.length))
    throw call.refuse(
      "EXACT_SHAPE_MISMATCH",
      `reduces axes [${listed.join(", ")}] of a tensor with ${dims.length} dimensions`,
      "Export the model again.",
    );
  const reduced = dims.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const out = keep ? reduced : dims.filter((_, axis) => !axes.includes(axis));
  if (mean && dims.length === 4 && axes.join() === "2,3") {
    const pooled = average(call, source, slide(call, dims.slice(2), dims.slice(2)));
    return [{ ...pooled, dims: out }];
  }
  const kept = [...dims.keys()].filter((axis) => !axes.includes(axis));
  const size = (list: readonly number[]) => list.reduce((product, axis) => product * (dims[axis] ?? 1), 1);
  const [rows, taps] = [size(kept), size(axes)];
  const turned = planTranspose(dims, [...kept, ...axes]);
  const first = builder.move(turned, [source.tensor], source, [node]);
  builder.book(taps, node);
  const natural = [rows, 1];
  return [
    {
      ...ones(call, source, 1, taps, mean ? taps : 1),
      tensor: builder.move(planReshape(turned.dims, [rows, taps]), [first], source, [node]),
      ...POINT,
      groups: 1,
      shape: shapeOfDims(natural),
      natural,
      dims: out,
      channelAxis: -1,
    },
  ];
}

/** Weights of 1, with a unit of scale / divisor. */
function ones(call: Call, source: QuantisedReal, channels: number, taps: number, divisor: number) {
  const unit = multiplyFloats(source.scale, Math.fround(1 / divisor));
  return {
    kind: "contraction" as const,
    xZero: source.zero,
    wZero: OUR_ZERO,
    weights: new Uint8Array(channels * taps).fill(OUR_ZERO + 1),
    units: new Float32Array(channels).fill(call.checkScale(unit)),
    bias: new Float64Array(channels),
    whole: false,
    from: joinOrigins([source], call.node),
  };
}
