import type { NodeProto } from "../../../onnx/index.ts";
import { shapeOfDims } from "../../model.ts";
import type { Window } from "../../model.ts";
import type { Builder } from "../builder.ts";
import type { Call } from "../call.ts";
import { planReshape } from "../move/index.ts";
import { isReal } from "../value.ts";
import type { Value } from "../value.ts";
import { everyPlaceInside, slide } from "../windows.ts";
import { depth } from "./elementwise.ts";

/** MaxPool over one or two axes, of bytes or of real numbers (the order of both is the same). */
export function maxPool(call: Call): Value[] {
  const { attributes } = call;
  const kernel = attributes.ints("kernel_shape") ?? [];
  const ceil = attributes.int("ceil_mode", 0) !== 0;
  attributes.int("storage_order", 0);
  if (call.node.output.slice(1).some((name) => name !== ""))
    throw call.unsupported("gives the positions of its largest elements too", "Drop the second output.");
  const dims = imageDims(call);
  const sliding = slide(call, kernel, dims.slice(2), ceil);
  const [sizeH = 1, sizeW = 1] = dims.length === 3 ? [1, dims[2]] : dims.slice(2);
  everyPlaceInside(call, sliding, sizeH, sizeW);
  const places = dims.length === 3 ? [sliding.outW] : [sliding.outH, sliding.outW];
  return [pooled(call, dims, [...dims.slice(0, 2), ...places], sliding.window)];
}

/** GlobalMaxPool: one window as large as the image. */
export function globalMaxPool(call: Call): Value[] {
  const dims = imageDims(call);
  const { window } = slide(call, dims.slice(2), dims.slice(2));
  return [pooled(call, dims, [...dims.slice(0, 2), ...dims.slice(2).map(() => 1)], window)];
}

/** @throws GliaError `EXACT_OPERATOR_UNSUPPORTED` unless there are a batch, channels, and one or two more dimensions. */
export function imageDims(call: Call): readonly number[] {
  const dims = call.dims(0);
  if (dims.length === 3 || dims.length === 4) return dims;
  throw call.unsupported(
    `slides over a tensor of shape [${dims.join(", ")}]; one or two axes behind batch and channels are supported`,
  );
}

/** Largest element of each window of an image, whatever it is that is pooled. */
function pooled(call: Call, dims: readonly number[], out: readonly number[], window: Window): Value {
  const { builder, node } = call;
  const value = call.value(0);
  const pool = (tensor: number, from: readonly NodeProto[]) => addMaxPool(builder, tensor, dims, out, window, from);
  if (value.kind === "exact" || value.kind === "quantised")
    return { ...value, tensor: pool(value.tensor, [node]), dims: out };
  if (isReal(value)) return { kind: "pooled", of: value, pool, dims: out, from: [node], depth: depth(call, [value]) };
  if (value.kind === "opaque") throw value.error;
  throw call.unsupported("pools what is not computed from quantised values");
}

function addMaxPool(
  builder: Builder,
  tensor: number,
  dims: readonly number[],
  out: readonly number[],
  window: Window,
  from: readonly NodeProto[],
): number {
  const quantisation = builder.quantisation(tensor);
  const image = (sizes: readonly number[]) =>
    sizes.length === 3 ? [sizes[0] ?? 1, sizes[1] ?? 1, 1, sizes[2] ?? 1] : sizes;
  const input = builder.move(planReshape(dims, image(dims)), [tensor], quantisation, from);
  const shape = shapeOfDims(image(out));
  const result = builder.add({ kind: "MaxPool", inputs: [input], shape, ...window }, quantisation, from);
  return builder.move(planReshape(image(out), out), [result], quantisation, from);
}
