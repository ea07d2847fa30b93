import assert from "node:assert/strict";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, it } from "mocha";
import { fromImage, readElements } from "./index.ts";
import { jpegOrientation } from "./jpeg-orientation.ts";

const SHADES = [0, 50, 100, 150, 200, 250];
const CELL = 8;

/** A picture of 3 × 2 grey cells, `SHADES` row by row, without EXIF data. */
function plainJpeg(): Uint8Array {
  const [width, height] = [3 * CELL, 2 * CELL];
  const data = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < width * height; i++) {
    const cell = 3 * Math.floor(i / width / CELL) + Math.floor((i % width) / CELL);
    data.fill(SHADES[cell] ?? 0, i * 4, i * 4 + 3);
  }
  return new Uint8Array(encodeJpeg({ width, height, data }, 98).data);
}

/** Puts an EXIF segment with this orientation at the start, after an entry that has nothing to do with it. */
function withExif(jpeg: Uint8Array, orientation: number, little: boolean): Uint8Array {
  const tiff = new DataView(new ArrayBuffer(8 + 2 + 24 + 4));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, 2, little);
  for (const [at, tag, value] of [
    [10, 0x0100, 24],
    [22, 0x0112, orientation],
  ] as const) {
    tiff.setUint16(at, tag, little);
    tiff.setUint16(at + 2, 3, little);
    tiff.setUint32(at + 4, 1, little);
    tiff.setUint16(at + 8, value, little);
  }
  const body = Buffer.concat([Buffer.from("Exif\0\0"), Buffer.from(tiff.buffer)]);
  const head = Buffer.of(0xff, 0xe1, 0, body.length + 2);
  return new Uint8Array(Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]));
}

/** Which cell is where, as rows of indexes into SHADES. */
function cells(file: Uint8Array): number[][] {
  const info = { name: "image", dtype: "uint8" as const, shape: ["H", "W"] };
  const tensor = fromImage(file, info);
  const [height = 0, width = 0] = tensor.shape;
  const values = Array.from(readElements(tensor), Number);
  return Array.from({ length: height / CELL }, (_, row) =>
    Array.from({ length: width / CELL }, (_, column) => {
      const value = values[(row * CELL + CELL / 2) * width + column * CELL + CELL / 2] ?? NaN;
      return SHADES.findIndex((shade) => Math.abs(shade - value) < 10);
    }),
  );
}

describe("EXIF orientation", () => {
  const upright = [
    [0, 1, 2],
    [3, 4, 5],
  ];
  const expected: Readonly<Record<number, number[][]>> = {
    1: upright,
    2: [
      [2, 1, 0],
      [5, 4, 3],
    ],
    3: [
      [5, 4, 3],
      [2, 1, 0],
    ],
    4: [
      [3, 4, 5],
      [0, 1, 2],
    ],
    5: [
      [0, 3],
      [1, 4],
      [2, 5],
    ],
    6: [
      [3, 0],
      [4, 1],
      [5, 2],
    ],
    7: [
      [5, 2],
      [4, 1],
      [3, 0],
    ],
    8: [
      [2, 5],
      [1, 4],
      [0, 3],
    ],
  };

  it("turns photographs upright, whichever way the camera was held and its bytes are ordered", () => {
    const jpeg = plainJpeg();
    assert.deepEqual(cells(jpeg), upright);
    for (const [orientation, rows] of Object.entries(expected)) {
      assert.deepEqual(cells(withExif(jpeg, Number(orientation), true)), rows, `${orientation}, little-endian`);
      assert.deepEqual(cells(withExif(jpeg, Number(orientation), false)), rows, `${orientation}, big-endian`);
    }
  });

  it("takes the picture as it is where the EXIF data makes no sense", () => {
    const jpeg = plainJpeg();
    for (const orientation of [0, 9, 65535]) assert.deepEqual(cells(withExif(jpeg, orientation, true)), upright);
    const good = withExif(jpeg, 6, true);
    const damage: readonly [string, number, number][] = [
      ["TIFF's magic number", 12 + 2, 0],
      ["the directory's place", 12 + 7, 0xff],
      ["an entry count beyond the end", 12 + 9, 0xff],
      ["the entry's type", 12 + 24, 4],
      ["the segment's name", 6, 0x58],
    ];
    for (const [what, offset, value] of damage) {
      const bad = good.slice();
      bad[offset] = value;
      if (what.startsWith("an entry count")) bad[12 + 23] = 0;
      assert.deepEqual(cells(bad), upright, what);
    }
    for (let cut = 0; cut < 60; cut++) assert.ok([1, 6].includes(jpegOrientation(good.subarray(0, cut))), String(cut));
  });
});
