import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { encode as encodePng } from "fast-png";
import type { ImageData } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, it } from "mocha";
import type { TensorInfo } from "../onnx/index.ts";
import { fromImage, readElements } from "./index.ts";
import type { DType, ImageOptions } from "./index.ts";

const info = (shape: (number | string | null)[], dtype: DType = "float32"): TensorInfo => ({
  name: "image",
  dtype,
  shape,
});
const png = (
  width: number,
  height: number,
  channels: number,
  data: number[],
  extra: Partial<ImageData> = {},
): Uint8Array => encodePng({ width, height, channels, data: Uint8Array.from(data), depth: 8, ...extra });
const values = (file: Uint8Array, input: TensorInfo, options?: ImageOptions): number[] =>
  Array.from(readElements(fromImage(file, input, options)), Number);
const rgb = png(2, 1, 3, [255, 0, 51, 0, 255, 102]);
const grey = png(2, 2, 1, [0, 51, 102, 255]);
const near = (actual: number[], expected: number[], tolerance = 1e-6) => {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) =>
    assert.ok(Math.abs(value - (expected[i] ?? NaN)) <= tolerance, `${actual.join(" ")} ≠ ${expected.join(" ")}`),
  );
};

/** A PNG chunk by chunk, so that tests can lie in any of them. */
function rawPng(
  header: { width: number; height: number; depth: number; colour: number },
  idat: Uint8Array,
  before: [string, Uint8Array][] = [],
): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width);
  ihdr.writeUInt32BE(header.height, 4);
  ihdr.set([header.depth, header.colour, 0, 0, 0], 8);
  const extra = before.map(([type, data]) => chunk(type, data));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", ihdr),
    ...extra,
    chunk("IDAT", idat),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe("images", () => {
  it("lays out channels as the model's own shape says", () => {
    const raw = { scale: "raw" } as const;
    const planar = [255, 0, 0, 255, 51, 102];
    const packed = [255, 0, 51, 0, 255, 102];
    assert.deepEqual(values(rgb, info([1, 3, 1, 2]), raw), planar);
    assert.deepEqual(values(rgb, info(["N", 3, null, "W"]), raw), planar);
    assert.deepEqual(values(rgb, info([3, 1, 2]), raw), planar);
    assert.deepEqual(values(rgb, info([1, 1, 2, 3]), { ...raw, layout: "NHWC" }), packed);
    assert.deepEqual(values(rgb, info([null, "h", "w", 3]), raw), packed);
    assert.deepEqual(values(rgb, info([1, "c", "h", "w"]), { ...raw, layout: "NCHW" }), planar);
    assert.deepEqual(fromImage(rgb, info([1, "c", "h", "w"]), { layout: "NCHW" }).shape, [1, 3, 1, 2]);
    assert.deepEqual(fromImage(grey, info([2, 2])).shape, [2, 2]);
    assert.deepEqual(fromImage(grey, info([1, 2, 2])).shape, [1, 2, 2]);
  });

  it("scales to 0..1 for floats, 0..255 for integers, and by mean and deviation on request", () => {
    near(values(grey, info([1, 1, 2, 2])), [0, 0.2, 0.4, 1]);
    assert.deepEqual(values(grey, info([1, 1, 2, 2], "uint8")), [0, 51, 102, 255]);
    near(values(grey, info([1, 1, 2, 2]), { mean: [0.5], std: [0.25] }), [-2, -1.2, -0.4, 2]);
    near(values(rgb, info([1, 3, 1, 2]), { mean: [1, 0, 0.2], std: [1, 2, 0.2] }), [0, -1, 0, 0.5, 0, 1], 1e-5);
    for (const options of [{ mean: [1, 2] }, { std: [0] }, { mean: [NaN] }, { std: [] }]) {
      assert.throws(() => fromImage(rgb, info([1, 3, 1, 2]), options), { code: "IMAGE_OPTIONS_INVALID" });
    }
    assert.throws(() => fromImage(grey, info([1, 1, 2, 2], "int8")), { code: "TENSOR_VALUE_OUT_OF_RANGE" });
  });

  it("turns grey into colour and colour into grey", () => {
    assert.deepEqual(values(grey, info([1, 3, 2, 2], "uint8")), [0, 51, 102, 255, 0, 51, 102, 255, 0, 51, 102, 255]);
    near(
      values(png(1, 1, 3, [100, 150, 200]), info([1, 1, 1, 1]), { scale: "raw" }),
      [0.299 * 100 + 0.587 * 150 + 0.114 * 200],
      1e-4,
    );
  });

  it("reads 16-bit, palette, 1-, 2- and 4-bit pictures", () => {
    const deep = encodePng({ width: 2, height: 1, channels: 1, depth: 16, data: Uint16Array.of(0, 65535) });
    assert.deepEqual(values(deep, info([1, 1, 1, 2], "uint8")), [0, 255]);
    const bits = rawPng(
      { width: 10, height: 2, depth: 1, colour: 0 },
      deflateSync(Buffer.of(0, 0b10101010, 0b11000000, 0, 0b01010101, 0)),
    );
    assert.deepEqual(
      values(bits, info([2, 10], "uint8")),
      [1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0].map((bit) => bit * 255),
    );
    const two = rawPng({ width: 3, height: 1, depth: 2, colour: 0 }, deflateSync(Buffer.of(0, 0b00_01_11_00)));
    assert.deepEqual(values(two, info([1, 3], "uint8")), [0, 85, 255]);
    const palette: [string, Uint8Array][] = [["PLTE", Buffer.of(1, 2, 3, 250, 251, 252)]];
    const indexed = rawPng({ width: 2, height: 1, depth: 8, colour: 3 }, deflateSync(Buffer.of(0, 1, 0)), palette);
    assert.deepEqual(values(indexed, info([null, null, null, 3], "uint8")), [250, 251, 252, 1, 2, 3]);
    const seeThrough = rawPng({ width: 2, height: 1, depth: 8, colour: 3 }, deflateSync(Buffer.of(0, 1, 0)), [
      ...palette,
      ["tRNS", Buffer.of(0)],
    ]);
    assert.throws(() => fromImage(seeThrough, info([1, 3, 1, 2])), { code: "IMAGE_TRANSPARENT" });
    const keyed = rawPng({ width: 1, height: 1, depth: 8, colour: 0 }, deflateSync(Buffer.of(0, 7)), [
      ["tRNS", Buffer.of(0, 7)],
    ]);
    assert.throws(() => fromImage(keyed, info([1, 1])), { code: "IMAGE_INVALID", message: /transparent/ });
  });

  it("asks what is behind transparent pixels", () => {
    const alpha = png(2, 1, 2, [100, 255, 100, 0]);
    assert.throws(() => fromImage(alpha, info([1, 2])), { code: "IMAGE_TRANSPARENT" });
    assert.deepEqual(values(alpha, info([1, 2], "uint8"), { background: 255 }), [100, 255]);
    assert.deepEqual(values(png(1, 1, 4, [10, 20, 30, 255]), info([1, 3, 1, 1], "uint8")), [10, 20, 30]);
  });

  it("resizes only if asked, and says both sizes otherwise", () => {
    assert.throws(() => fromImage(grey, info([1, 1, 28, 20])), {
      code: "IMAGE_SIZE_MISMATCH",
      message: /2 × 2 .* 20 × 28/,
    });
    const flat = png(5, 3, 1, new Array<number>(15).fill(51));
    near(values(flat, info([1, 1, 2, 7]), { resize: true }), new Array<number>(14).fill(0.2), 1e-6);
    const checks = png(
      8,
      8,
      1,
      Array.from({ length: 64 }, (_, i) => (((i >> 3) + i) % 2) * 255),
    );
    near(values(checks, info([2, 2]), { resize: true }), [0.5, 0.5, 0.5, 0.5], 0.05);
    near(values(png(2, 1, 1, [0, 255]), info([1, 4]), { resize: true }), [0, 0.25, 0.75, 1], 1e-6);
  });

  it("reads JPEG", () => {
    const data = Buffer.alloc(16 * 16 * 4, 255);
    for (let i = 0; i < 256; i++) data.set([200, 100, 50, 255], i * 4);
    const file = new Uint8Array(encodeJpeg({ width: 16, height: 16, data }, 95).data);
    const result = fromImage(file, info([null, 3, null, null]), { scale: "raw" });
    assert.deepEqual(result.shape, [1, 3, 16, 16]);
    const seen = Array.from(readElements(result), Number);
    near([seen[0] ?? 0, seen[256] ?? 0, seen[512] ?? 0], [200, 100, 50], 4);
    assert.throws(() => fromImage(file.subarray(0, 40), info([1, 3, 16, 16])), { code: "IMAGE_INVALID" });
    const huge = file.slice();
    const sof = huge.findIndex((byte, i) => byte === 0xff && huge[i + 1] === 0xc0);
    huge.set([0xff, 0xff, 0xff, 0xff], sof + 5);
    assert.throws(() => fromImage(huge, info([1, 3, 16, 16])), { code: "IMAGE_TOO_LARGE" });
  });

  it("refuses bombs, damage and inputs that are no picture", () => {
    const zeros = deflateSync(Buffer.alloc(50_000_000));
    assert.throws(() => fromImage(rawPng({ width: 4, height: 4, depth: 8, colour: 0 }, zeros), info([4, 4])), {
      code: "IMAGE_INVALID",
      message: /unpacks to more/,
    });
    const wide = rawPng({ width: 2 ** 31 - 1, height: 2 ** 31 - 1, depth: 16, colour: 6 }, Buffer.alloc(0));
    assert.throws(() => fromImage(wide, info([4, 4])), { code: "IMAGE_TOO_LARGE" });
    const profile = Buffer.concat([Buffer.from("x\0\0"), zeros]);
    const withProfile = rawPng({ width: 1, height: 1, depth: 8, colour: 0 }, deflateSync(Buffer.of(0, 9)), [
      ["iCCP", profile],
    ]);
    const before = process.memoryUsage().arrayBuffers;
    assert.deepEqual(values(withProfile, info([1, 1], "uint8")), [9]);
    assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000, "the profile is never unpacked");
    for (let cut = 8; cut < grey.length; cut += 5)
      assert.throws(() => fromImage(grey.subarray(0, cut), info([2, 2])), { code: "IMAGE_INVALID" }, String(cut));
    const flipped = grey.slice();
    flipped[grey.length - 20] = (flipped[grey.length - 20] ?? 0) ^ 1;
    assert.throws(() => fromImage(flipped, info([2, 2])), { code: "IMAGE_INVALID" });
    for (const shape of [[1, 784], ["N", 10, 10, 10], [2, 3, 4, 4], [1, 1, 1, 1, 1], []]) {
      if (shape.length === 2) assert.throws(() => fromImage(grey, info(shape)), { code: "IMAGE_SIZE_MISMATCH" });
      else assert.throws(() => fromImage(grey, info(shape)), { code: "IMAGE_INPUT_UNSUITABLE" }, String(shape));
    }
    assert.throws(() => fromImage(Buffer.from("GIF89a"), info([2, 2])), { code: "IMAGE_INVALID" });
  });
});
