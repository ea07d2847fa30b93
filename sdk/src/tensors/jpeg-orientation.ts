import type { Pixels } from "./pixels.ts";

/** How a stored picture must be turned to be seen upright: EXIF's values 1 (as it is) to 8. */
export type Orientation = number;

const EXIF = Uint8Array.of(0x45, 0x78, 0x69, 0x66, 0, 0);
const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const APP1 = 0xe1;
const START_OF_SCAN = 0xda;

/** The orientation that a JPEG's EXIF data gives; 1 where it has none, or none that can be read, as viewers do. */
export function jpegOrientation(file: Uint8Array): Orientation {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let offset = 2; offset + 4 <= file.length && view.getUint8(offset) === 0xff;) {
    const marker = view.getUint8(offset + 1);
    const end = offset + 2 + view.getUint16(offset + 2);
    if (marker === START_OF_SCAN || end > file.length) return 1;
    const data = file.subarray(offset + 4, Math.max(offset + 4, end));
    if (marker === APP1 && EXIF.every((byte, i) => data[i] === byte)) return fromTiff(data.subarray(EXIF.length));
    offset = end;
  }
  return 1;
}

/** Turns and mirrors a picture as its orientation says; another value than 2 to 8 leaves it as it is. */
export function orient(pixels: Pixels, orientation: Orientation): Pixels {
  if (orientation < 2 || orientation > 8) return pixels;
  const { width, height, channels, data } = pixels;
  const sideways = orientation >= 5;
  const mirrorX = [2, 3, 7, 8].includes(orientation);
  const mirrorY = [3, 4, 6, 7].includes(orientation);
  const [newWidth, newHeight] = sideways ? [height, width] : [width, height];
  const turned = data.slice();
  let to = 0;
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [column, row] = sideways ? [y, x] : [x, y];
      const from = (mirrorY ? height - 1 - row : row) * width + (mirrorX ? width - 1 - column : column);
      for (let c = 0; c < channels; c++) turned[to++] = data[from * channels + c] ?? 0;
    }
  }
  return { ...pixels, width: newWidth, height: newHeight, data: turned };
}

/** EXIF data is a TIFF file: a header with the byte order, and a directory of 12-byte entries. */
function fromTiff(tiff: Uint8Array): Orientation {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return 1;
  const little = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, little);
  if (view.getUint16(2, little) !== 42 || directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.length) return 1;
    if (view.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    return view.getUint16(entry + 2, little) === SHORT ? view.getUint16(entry + 8, little) : 1;
  }
  return 1;
}
