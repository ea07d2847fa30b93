import { GliaError } from "../errors.ts";
import type { TensorInfo } from "../onnx/index.ts";
import { formatShape } from "./tensor.ts";

/** Where height, width and channels are in a model's input; `null` sizes are the picture's own. */
export interface ImageLayout {
  /** Order of the axes; N is always 1. */
  readonly axes: "NCHW" | "NHWC" | "CHW" | "HWC" | "HW";
  readonly channels: 1 | 3 | null;
  readonly height: number | null;
  readonly width: number | null;
}

type Dim = TensorInfo["shape"][number] | undefined;

/** Whether a model's input can take a picture as its shape stands. */
export function takesImage(info: TensorInfo): boolean {
  return guess(info) !== undefined;
}

/**
 * Reads the layout from the input's own shape: a dimension of 1 or 3 where the channels can be, channels first if both could.
 * @param order Which it is, for models whose channel dimension is dynamic.
 * @throws GliaError `IMAGE_INPUT_UNSUITABLE` if the shape is none of a picture.
 */
export function imageLayout(info: TensorInfo, order?: "NCHW" | "NHWC"): ImageLayout {
  const found = guess(info, order);
  if (found !== undefined) return found;
  throw new GliaError(
    "IMAGE_INPUT_UNSUITABLE",
    `Input "${info.name}" has shape ${formatShape(info.shape)}; a picture needs [N, C, H, W], [N, H, W, C], [C, H, W], [H, W, C] or [H, W] with 1 or 3 channels.`,
    {
      kind: "input",
      hint: "Name the layout (NCHW or NHWC) if the channels are dynamic, or convert the picture to .npy yourself.",
    },
  );
}

function guess({ shape }: TensorInfo, order?: "NCHW" | "NHWC"): ImageLayout | undefined {
  if (shape.length < 2 || shape.length > 4) return undefined;
  const sizes = shape.length === 4 ? shape.slice(1) : shape;
  if (shape.length === 4 && typeof shape[0] === "number" && shape[0] !== 1) return undefined;
  if (sizes.length === 2) return { axes: "HW", channels: 1, height: size(sizes[0]), width: size(sizes[1]) };
  const last = order === undefined ? !isChannels(sizes[0]) && isChannels(sizes[2]) : order === "NHWC";
  const channels = last ? sizes[2] : sizes[0];
  if (!isChannels(channels) && !(order !== undefined && typeof channels !== "number")) return undefined;
  const [height, width] = last ? [sizes[0], sizes[1]] : [sizes[1], sizes[2]];
  const batched = shape.length === 4;
  const axes = last ? (batched ? "NHWC" : "HWC") : batched ? "NCHW" : "CHW";
  return { axes, channels: isChannels(channels) ? channels : null, height: size(height), width: size(width) };
}

function isChannels(dim: Dim): dim is 1 | 3 {
  return dim === 1 || dim === 3;
}

function size(dim: Dim): number | null {
  return typeof dim === "number" ? dim : null;
}
