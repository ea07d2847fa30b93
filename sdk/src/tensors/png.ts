import { convertIndexedToRgb, decode } from "fast-png";
import type { DecodedPng } from "fast-png";
import { Unzlib } from "fflate";
import { GliaError } from "../errors.ts";
import { MAX_PIXELS } from "./pixels.ts";
import type { Pixels } from "./pixels.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Only what carries pixels is given to the decoder: text and colour profiles are compressed too, and nobody needs them. */
const KEPT = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const STEP = 16 * 1024;

/** Whether a file starts as a PNG does. */
export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => file[i] === byte);
}

/**
 * Decodes a PNG of any colour type and depth.
 * @throws GliaError `IMAGE_INVALID`; `IMAGE_TOO_LARGE` before anything large is allocated.
 */
export function decodePng(file: Uint8Array): Pixels {
  const { essential, dataChunks, rawSize } = scan(file);
  boundInflation(dataChunks, rawSize);
  let png: DecodedPng;
  try {
    png = decode(essential, { checkCrc: true });
  } catch (cause) {
    throw invalid("it is damaged", cause);
  }
  return toPixels(png);
}

function toPixels(png: DecodedPng): Pixels {
  const { width, height, depth } = png;
  if (png.palette !== undefined) {
    const data = new Uint8Array(convertIndexedToRgb(png));
    return { width, height, channels: png.palette[0]?.length === 4 ? 4 : 3, data, max: 255 };
  }
  if (png.transparency !== undefined) {
    throw invalid(
      "it marks one colour as transparent, which has no one meaning for a model; save it without transparency",
    );
  }
  const channels = png.channels as Pixels["channels"];
  if (depth >= 8)
    return {
      width,
      height,
      channels,
      data: new (depth === 16 ? Uint16Array : Uint8Array)(png.data),
      max: depth === 16 ? 65535 : 255,
    };
  // Below 8 bits several grey pixels share a byte, most significant first, and each row starts a new byte.
  const data = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const white = 2 ** depth - 1;
  for (let i = 0; i < data.length; i++) {
    const bit = (i % width) * depth;
    const byte = png.data[Math.floor(i / width) * rowBytes + (bit >> 3)] ?? 0;
    data[i] = (((byte >> (8 - depth - (bit & 7))) & white) * 255) / white;
  }
  return { width, height, channels: 1, data, max: 255 };
}

function scan(file: Uint8Array): { essential: Uint8Array; dataChunks: Uint8Array[]; rawSize: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const kept: Uint8Array[] = [SIGNATURE];
  const dataChunks: Uint8Array[] = [];
  let rawSize = 0;
  let type = "";
  for (let offset = SIGNATURE.length; type !== "IEND";) {
    if (offset + 12 > file.length) throw invalid("it is cut off");
    const length = view.getUint32(offset);
    type = String.fromCharCode(...file.subarray(offset + 4, offset + 8));
    const end = offset + 12 + length;
    if (end > file.length) throw invalid("it is cut off");
    if (kept.length === 1) {
      if (type !== "IHDR" || length !== 13) throw invalid("it has no header");
      rawSize = sizeOfScanlines(view, offset + 8);
    }
    if (KEPT.has(type)) kept.push(file.subarray(offset, end));
    if (type === "IDAT") dataChunks.push(file.subarray(offset + 8, end - 4));
    offset = end;
  }
  const essential = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of kept) {
    essential.set(part, at);
    at += part.length;
  }
  return { essential, dataChunks, rawSize };
}

function sizeOfScanlines(view: DataView, header: number): number {
  const [width, height] = [view.getUint32(header), view.getUint32(header + 4)];
  const samples = SAMPLES[view.getUint8(header + 9)];
  if (width === 0 || height === 0 || samples === undefined) throw invalid("its header is invalid");
  if (width * height > MAX_PIXELS) {
    throw new GliaError(
      "IMAGE_TOO_LARGE",
      `The PNG has ${width} × ${height} pixels; at most ${MAX_PIXELS} in all are decoded.`,
      { kind: "input" },
    );
  }
  // A filter byte per row; interlacing cuts the picture into seven, whose rows together are at most twice as many and round up.
  return height * (1 + Math.ceil((width * samples * view.getUint8(header + 8)) / 8)) + 16 * (height + 8);
}

/** Unpacks once without keeping anything, and stops as soon as more comes out than the header's picture can have. */
function boundInflation(chunks: readonly Uint8Array[], rawSize: number): void {
  let size = 0;
  const inflate = new Unzlib((data) => {
    size += data.length;
  });
  try {
    for (const chunk of chunks) {
      for (let offset = 0; offset < chunk.length; offset += STEP) {
        inflate.push(chunk.subarray(offset, offset + STEP));
        if (size > rawSize) throw invalid("it unpacks to more than the picture that its header describes");
      }
    }
  } catch (cause) {
    throw cause instanceof GliaError ? cause : invalid("its compressed data is damaged", cause);
  }
}

function invalid(reason: string, cause?: unknown): GliaError {
  return new GliaError("IMAGE_INVALID", `The PNG cannot be used: ${reason}.`, {
    kind: "input",
    ...(cause === undefined ? {} : { cause }),
  });
}
