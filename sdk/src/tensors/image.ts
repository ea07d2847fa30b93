import { GliaError } from "../errors.ts";
import type { TensorInfo } from "../onnx/index.ts";
import { fromElements } from "./elements.ts";
import { imageLayout } from "./image-layout.ts";
import { decodeImage } from "./decode-image.ts";
import type { Pixels } from "./pixels.ts";
import { resizePlanes } from "./resize.ts";
import type { Planes } from "./resize.ts";
import type { Tensor } from "./tensor.ts";

/** How pictures become tensors. */
export interface ImageOptions {
  /** Axis order, for models whose channel dimension is dynamic. */
  readonly layout?: "NCHW" | "NHWC";
  /** Range of the pixel values. `unit` is 0 to 1, the default of floating-point inputs; `raw` is 0 to 255, the default of integer inputs. */
  readonly scale?: "unit" | "raw";
  /** Subtracted after scaling, one for all channels or one each. */
  readonly mean?: readonly number[];
  /** Divided by after the mean, one for all channels or one each. */
  readonly std?: readonly number[];
  /** Stretch a picture of another size to the model's; otherwise that is an error. */
  readonly resize?: boolean;
  /** Grey from 0 to 255 to put behind transparent pixels; without it they are an error. */
  readonly background?: number;
}

/**
 * Decodes a PNG or JPEG into one input tensor of a model, batch dimension 1.
 * @throws GliaError `IMAGE_SIZE_MISMATCH` with both sizes unless `resize` is set; `IMAGE_TRANSPARENT`; `IMAGE_INPUT_UNSUITABLE`;
 * `IMAGE_OPTIONS_INVALID`; `IMAGE_INVALID`; `IMAGE_TOO_LARGE`; `TENSOR_VALUE_OUT_OF_RANGE` if an integer input cannot hold the values.
 */
export function fromImage(file: Uint8Array, info: TensorInfo, options: ImageOptions = {}): Tensor {
  const layout = imageLayout(info, options.layout);
  const pixels = decodeImage(file);
  const channels = layout.channels ?? (pixels.channels <= 2 ? 1 : 3);
  const fitted = fit(
    toPlanes(pixels, channels, options.background),
    layout.width,
    layout.height,
    options.resize ?? false,
    info,
  );
  const { width, height, planes } = normalise(fitted, info, options);
  const last = layout.axes.endsWith("C");
  const sizes = layout.axes === "HW" ? [height, width] : last ? [height, width, channels] : [channels, height, width];
  return fromElements(
    info.dtype,
    layout.axes.startsWith("N") ? [1, ...sizes] : sizes,
    last ? interleave(planes) : sequence(planes),
  );
}

function toPlanes(
  { width, height, channels, data, max }: Pixels,
  wanted: 1 | 3,
  background: number | undefined,
): Planes {
  const count = width * height;
  const planes = Array.from({ length: wanted }, () => new Float32Array(count));
  const colours = channels <= 2 ? 1 : 3;
  const hasAlpha = channels === 2 || channels === 4;
  const colour = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const alpha = hasAlpha ? (data[i * channels + colours] ?? 0) / max : 1;
    if (alpha < 1 && background === undefined) throw transparent();
    for (let c = 0; c < 3; c++) {
      const value = ((data[i * channels + (c % colours)] ?? 0) * 255) / max;
      colour[c] = alpha < 1 ? value * alpha + (background ?? 0) * (1 - alpha) : value;
    }
    const [red = 0, green = 0, blue = 0] = colour;
    // Luma weights of ITU-R BT.601, which image libraries use for grey; equal channels stay exactly what they are.
    const grey = red === green && green === blue ? red : 0.299 * red + 0.587 * green + 0.114 * blue;
    planes.forEach((plane, c) => (plane[i] = wanted === 1 ? grey : (colour[c] ?? 0)));
  }
  return { width, height, planes };
}

function fit(planes: Planes, width: number | null, height: number | null, resize: boolean, info: TensorInfo): Planes {
  const [toWidth, toHeight] = [width ?? planes.width, height ?? planes.height];
  if (toWidth === planes.width && toHeight === planes.height) return planes;
  if (resize) return resizePlanes(planes, toWidth, toHeight);
  throw new GliaError(
    "IMAGE_SIZE_MISMATCH",
    `The picture is ${planes.width} × ${planes.height} pixels (width × height), but input "${info.name}" takes ${toWidth} × ${toHeight}.`,
    {
      kind: "input",
      hint: "Ask for resizing, or crop and scale the picture yourself.",
      details: { width: planes.width, height: planes.height },
    },
  );
}

function normalise({ width, height, planes }: Planes, info: TensorInfo, options: ImageOptions): Planes {
  const float = info.dtype.includes("float");
  const divisor = (options.scale ?? (float ? "unit" : "raw")) === "unit" ? 255 : 1;
  const mean = perChannel("mean", options.mean ?? [0], planes.length);
  const std = perChannel("std", options.std ?? [1], planes.length);
  const scaled = planes.map((plane, c) => {
    const [shift, spread] = [mean[c] ?? 0, std[c] ?? 1];
    return plane.map((value) => {
      const number = (value / divisor - shift) / spread;
      return float ? number : Math.round(number);
    });
  });
  return { width, height, planes: scaled };
}

function perChannel(name: "mean" | "std", values: readonly number[], channels: number): readonly number[] {
  const right = values.every((value) => Number.isFinite(value) && (name === "mean" || value !== 0));
  if (right && values.length === channels) return values;
  if (right && values.length === 1) return Array.from({ length: channels }, () => values[0] ?? 0);
  throw new GliaError(
    "IMAGE_OPTIONS_INVALID",
    `${name} has ${values.length} values (${values.join(", ")}); it must have 1 or ${channels} finite ones.`,
    {
      kind: "usage",
      ...(name === "std" ? { hint: "A standard deviation is never 0." } : {}),
    },
  );
}

function* interleave(planes: readonly Float32Array[]): Generator<number> {
  const count = planes[0]?.length ?? 0;
  for (let i = 0; i < count; i++) for (const plane of planes) yield plane[i] ?? 0;
}

function* sequence(planes: readonly Float32Array[]): Generator<number> {
  for (const plane of planes) yield* plane;
}

function transparent(): GliaError {
  return new GliaError("IMAGE_TRANSPARENT", "The picture has transparent pixels, and models see no transparency.", {
    kind: "input",
    hint: "Say which background to put behind them (0 black to 255 white), or save it without transparency.",
  });
}
