import { decode as decodeJpeg } from "jpeg-js";
import { GliaError } from "../errors.ts";
import { jpegOrientation, orient } from "./jpeg-orientation.ts";
import { MAX_PIXELS } from "./pixels.ts";
import type { Pixels } from "./pixels.ts";
import { decodePng, isPng } from "./png.ts";

/** Whether a file starts as a JPEG does. */
export function isJpeg(file: Uint8Array): boolean {
  return file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff;
}

/**
 * Decodes a PNG or JPEG. A JPEG is turned as its EXIF orientation says, so that the model sees what people see.
 * @throws GliaError `IMAGE_INVALID`, `IMAGE_TOO_LARGE`.
 */
export function decodeImage(file: Uint8Array): Pixels {
  if (isPng(file)) return decodePng(file);
  if (!isJpeg(file)) throw new GliaError("IMAGE_INVALID", "The file is neither PNG nor JPEG.", { kind: "input" });
  try {
    const { width, height, data } = decodeJpeg(file, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: MAX_PIXELS / 1e6,
      maxMemoryUsageInMB: 1024,
    });
    return orient({ width, height, channels: 3, data, max: 255 }, jpegOrientation(file));
  } catch (cause) {
    const large = cause instanceof Error && /maxResolutionInMP|maxMemoryUsageInMB/.test(cause.message);
    if (large)
      throw new GliaError("IMAGE_TOO_LARGE", `The JPEG has more than ${MAX_PIXELS} pixels.`, { kind: "input", cause });
    throw new GliaError("IMAGE_INVALID", "The JPEG is damaged or of a kind that cannot be decoded.", {
      kind: "input",
      hint: "Save it again as a baseline or progressive RGB JPEG, or as PNG.",
      cause,
    });
  }
}
