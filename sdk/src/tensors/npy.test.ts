import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { describe, it } from "mocha";
import { DTYPES, createTensor, fromElements, fromNpy, fromNpz, readElements, toNpy, toNpz } from "./index.ts";
import type { DType } from "./index.ts";

/** A file as NumPy would write it, header free to choose. */
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...text, ...data]);
}
const HEADER = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }\n";

describe("npy and npz", () => {
  it("takes every type, rank 0 to 4, there and back", () => {
    for (const dtype of Object.keys(DTYPES) as DType[]) {
      for (const shape of [[], [3], [2, 3], [0, 2], [1, 2, 1, 3]]) {
        const count = shape.reduce((a, b) => a * b, 1);
        const tensor = fromElements(
          dtype,
          shape,
          Array.from({ length: count }, (_, i) => (dtype === "bool" ? i % 2 : i)),
        );
        const back = fromNpy(toNpy(tensor));
        assert.deepEqual(back.shape, shape);
        assert.equal(back.dtype, dtype === "bfloat16" ? "float32" : dtype);
        assert.deepEqual([...readElements(back)], [...readElements(tensor)]);
        assert.equal((toNpy(tensor).length - back.bytes.length) % 64, 0, "data is aligned");
      }
    }
  });

  it("reads versions 1 to 3, big-endian numbers and Fortran order", () => {
    const little = Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0);
    const big = Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6);
    for (const version of [1, 2, 3])
      assert.deepEqual([...readElements(fromNpy(npy(HEADER, little, version)))], [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...readElements(fromNpy(npy(HEADER.replace("<", ">"), big)))], [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...readElements(fromNpy(npy(HEADER.replace("False", "True"), little)))], [1, 3, 5, 2, 4, 6]);
  });

  it("converts Fortran order of three axes as the definition says", () => {
    const shape = [2, 3, 4];
    const data = Uint8Array.from({ length: 24 }, (_, i) => i);
    const values = [
      ...readElements(fromNpy(npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }\n", data))),
    ];
    let at = 0;
    for (let a = 0; a < 2; a++)
      for (let b = 0; b < 3; b++)
        for (let c = 0; c < 4; c++) assert.equal(values[at++], a + 2 * b + 6 * c, String(shape));
  });

  it("refuses whatever is not exactly one array of numbers", () => {
    const data = new Uint8Array(12);
    const bad: [string, Uint8Array][] = [
      ["too short", npy(HEADER, data.subarray(1))],
      ["too long", npy(HEADER, new Uint8Array(13))],
      ["cut in the header", npy(HEADER, data).subarray(0, 30)],
      ["cut in the length", npy(HEADER, data, 2).subarray(0, 11)],
      ["no magic", npy(HEADER, data).subarray(1)],
      ["version", npy(HEADER, data, 4)],
      ["no dictionary", npy("os.system('x')", data)],
      ["no shape", npy("{'descr': '<i2', 'fortran_order': False, }", data)],
      ["negative size", npy(HEADER.replace("(2", "(-2"), data)],
      ["long shape", npy(HEADER.replace("(2, 3)", `(${"1,".repeat(40)})`), data)],
      ["a bool of 2", npy("{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", Uint8Array.of(2))],
      ["an empty file", new Uint8Array()],
    ];
    for (const [name, file] of bad) assert.throws(() => fromNpy(file), { code: "NPY_INVALID" }, name);
    for (const descr of ["|O", "<U8", "<c8", "<M8[ns]", "|S4", "<f16", "|V2", ""]) {
      assert.throws(
        () => fromNpy(npy(HEADER.replace("<i2", descr), data)),
        { code: "TENSOR_DTYPE_UNSUPPORTED" },
        descr,
      );
    }
    assert.throws(() => fromNpy(npy(HEADER.replace("(2, 3)", "(99999999999, 99999999999)"), data)), {
      code: "TENSOR_SHAPE_INVALID",
    });
  });

  it("takes archives there and back, and compressed ones", () => {
    const tensors = new Map([
      ["a", fromElements("float32", [2], [1, 2])],
      ["1", fromElements("int64", [], [5n])],
    ]);
    const stored = toNpz(tensors);
    assert.deepEqual([...fromNpz(stored).keys()], [...tensors.keys()]);
    for (const [name, tensor] of tensors) assert.deepEqual(fromNpz(stored).get(name)?.bytes, tensor.bytes);
    assert.deepEqual(toNpz(tensors), stored, "the same content is the same file");
    const big = createTensor(
      "uint8",
      [300_000],
      Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251),
    );
    assert.deepEqual(fromNpz(zipSync({ "x.npy": toNpy(big) })).get("x")?.bytes, big.bytes);
  });

  it("refuses archives that are bombs, damaged, or hold other things", () => {
    const zeros = toNpy(createTensor("uint8", [4_000_000], new Uint8Array(4_000_000)));
    const bomb = zipSync({ "x.npy": zeros });
    assert.ok(bomb.length < 10_000);
    assert.throws(() => fromNpz(bomb, { maxBytes: 1_000_000 }), { code: "NPZ_TOO_LARGE" });
    const lying = bomb.slice();
    for (let i = 0; i + 4 < lying.length; i++) {
      const view = new DataView(lying.buffer, i);
      if (view.byteLength >= 30 && view.getUint32(0, true) === 0x04034b50) view.setUint32(22, 10, true);
      if (view.byteLength >= 46 && view.getUint32(0, true) === 0x02014b50) view.setUint32(24, 10, true);
    }
    assert.throws(() => fromNpz(lying, { maxBytes: 1_000_000 }), { code: "NPZ_TOO_LARGE" }, "sizes that lie");
    assert.throws(() => fromNpz(zipSync({ "a.npy": zeros, "b.npy": zeros }), { maxMembers: 1 }), {
      code: "NPZ_TOO_LARGE",
    });
    assert.throws(() => fromNpz(zipSync({ "a.txt": zeros })), { code: "NPZ_INVALID", message: /a\.txt/ });
    assert.throws(() => fromNpz(zipSync({})), { code: "NPZ_INVALID" });
    assert.throws(() => fromNpz(new TextEncoder().encode("PK nothing of the kind")), { code: "NPZ_INVALID" });
    const small = zipSync({
      "x.npy": toNpy(
        fromElements(
          "float32",
          [100],
          Array.from({ length: 100 }, (_, i) => Math.sin(i)),
        ),
      ),
    });
    assert.throws(() => fromNpz(small.subarray(0, 200)), { code: "NPZ_INVALID" });
    const twice = Buffer.from(zipSync({ "a.npy": zeros, "b.npy": zeros }));
    for (let at = twice.indexOf("b.npy"); at !== -1; at = twice.indexOf("b.npy")) twice.write("a.npy", at);
    assert.throws(() => fromNpz(twice), { code: "NPZ_INVALID", message: /twice/ });
    const damaged = small.slice();
    damaged.fill(0xff, 40, 60);
    assert.throws(() => fromNpz(damaged), { name: "GliaError" });
  });
});
