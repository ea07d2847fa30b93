import { LIMITS } from "../model.ts";
import type { Window } from "../model.ts";
import type { Call } from "./call.ts";

/** Places that are looked at one by one where taps lie further apart than the image is large; no real model has any. */
const MAX_GAPS = 4096;

/** A window that slides over height and width, and how many places it has. */
export interface Sliding {
  readonly window: Window;
  readonly outH: number;
  readonly outW: number;
  /** Whether some place reaches outside of the image. */
  readonly padded: boolean;
  /** Whether some place reaches beyond the padding too, as `ceil_mode` may make it. */
  readonly beyond: boolean;
}

interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly out: number;
}

/**
 * Reads strides, dilations, pads and auto_pad of a convolution or pooling over one or two axes (one is taken as width).
 * The sizes of the result are those of the ONNX specification; SAME_UPPER and SAME_LOWER become explicit padding.
 * @param sizes sizes of the image along the axes
 * @throws GliaError `EXACT_WINDOW_INVALID`
 */
export function slide(call: Call, kernel: readonly number[], sizes: readonly number[], ceil = false): Sliding {
  const { attributes } = call;
  const rank = sizes.length;
  const strides = attributes.ints("strides") ?? sizes.map(() => 1);
  const dilations = attributes.ints("dilations") ?? sizes.map(() => 1);
  const pads = attributes.ints("pads");
  const auto = attributes.text("auto_pad", "NOTSET");
  if (
    kernel.length !== rank ||
    strides.length !== rank ||
    dilations.length !== rank ||
    (pads ?? [0, 0]).length !== (pads === undefined ? 2 : 2 * rank)
  )
    throw invalid(call, `has kernel, strides, dilations or pads that do not fit ${rank} axes`);
  for (const size of [...kernel, ...strides, ...dilations])
    if (size < 1 || size > LIMITS.elements) throw invalid(call, `has a kernel, stride or dilation of ${size}`);
  for (const size of pads ?? [])
    if (size < 0 || size > LIMITS.elements) throw invalid(call, `has a padding of ${size}`);
  const axes = sizes.map((size, axis): Axis => {
    const common = { kernel: kernel[axis] ?? 1, stride: strides[axis] ?? 1, dilation: dilations[axis] ?? 1 };
    const [before, after, same] = padding(call, auto, size, common, pads?.[axis] ?? 0, pads?.[axis + rank] ?? 0);
    return { ...common, before, after, out: same ?? places(size, common, before, after, ceil) };
  });
  if (axes.some(({ out }) => out < 1))
    throw invalid(
      call,
      `slides a window of [${kernel.join(", ")}] over an image of [${sizes.join(", ")}], where it has no place`,
    );
  const none: Axis = { kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, out: 1 };
  const [h, w] = axes.length === 1 ? [none, axes[0] ?? none] : [axes[0] ?? none, axes[1] ?? none];
  const [sizeH, sizeW] = sizes.length === 1 ? [1, sizes[0] ?? 1] : [sizes[0] ?? 1, sizes[1] ?? 1];
  const overH = lastElement(h) - sizeH + 1;
  const overW = lastElement(w) - sizeW + 1;
  return {
    window: {
      kernelH: h.kernel,
      kernelW: w.kernel,
      strideH: h.stride,
      strideW: w.stride,
      dilationH: h.dilation,
      dilationW: w.dilation,
      padTop: h.before,
      padLeft: w.before,
    },
    outH: h.out,
    outW: w.out,
    padded: h.before > 0 || w.before > 0 || overH > 0 || overW > 0,
    beyond: overH > h.after || overW > w.after,
  };
}

/**
 * Refuses a window that lies outside of the image as a whole: it would have no largest element.
 * @throws GliaError `EXACT_WINDOW_INVALID`
 */
export function everyPlaceInside(call: Call, { window, outH, outW }: Sliding, sizeH: number, sizeW: number): void {
  const inside = (size: number, out: number, kernel: number, stride: number, dilation: number, before: number) => {
    if ((out - 1) * stride - before >= size) return false;
    // Of the places that begin before the image, the first reaches the least far.
    if (Math.ceil(before / dilation) >= kernel) return false;
    // A tap behind the image's first row or column lies less than one dilation behind it.
    if (dilation <= size) return true;
    const early = Math.min(out, Math.ceil(before / stride));
    if (early > MAX_GAPS) return false;
    for (let place = 0; place < early; place++) {
      const ahead = before - place * stride;
      if (Math.ceil(ahead / dilation) * dilation - ahead >= size) return false;
    }
    return true;
  };
  if (
    !inside(sizeH, outH, window.kernelH, window.strideH, window.dilationH, window.padTop) ||
    !inside(sizeW, outW, window.kernelW, window.strideW, window.dilationW, window.padLeft)
  )
    throw invalid(call, "has a place of its window where no element of the image lies");
}

/** Position of the last element that the last place reads, counted from the image's first. */
function lastElement({ kernel, stride, dilation, before, out }: Axis): number {
  return (out - 1) * stride - before + (kernel - 1) * dilation;
}

type Common = Pick<Axis, "kernel" | "stride" | "dilation">;

function padding(
  call: Call,
  auto: string,
  size: number,
  common: Common,
  before: number,
  after: number,
): [number, number, number?] {
  if (auto === "NOTSET") return [before, after];
  if (auto === "VALID") return [0, 0];
  if (auto !== "SAME_UPPER" && auto !== "SAME_LOWER") throw invalid(call, `has an auto_pad of "${auto}"`);
  const out = Math.ceil(size / common.stride);
  const total = Math.max((out - 1) * common.stride + (common.kernel - 1) * common.dilation + 1 - size, 0);
  const less = Math.floor(total / 2);
  return auto === "SAME_UPPER" ? [less, total - less, out] : [total - less, less, out];
}

function places(
  size: number,
  { kernel, stride, dilation }: Common,
  before: number,
  after: number,
  ceil: boolean,
): number {
  const room = size + before + after - (kernel - 1) * dilation - 1;
  if (room < 0) return 0;
  const out = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  // A last place that would begin in the padding behind the image does not count.
  return ceil && (out - 1) * stride >= size + before ? out - 1 : out;
}

function invalid(call: Call, reason: string) {
  return call.refuse(
    "EXACT_WINDOW_INVALID",
    reason,
    "Sizes must be positive, paddings not negative, and every window must touch the image.",
  );
}
