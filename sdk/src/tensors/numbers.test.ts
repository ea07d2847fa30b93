import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  castTensor,
  createTensor,
  DTYPES,
  dtypeFromCode,
  elementCount,
  fromElements,
  fromJsonTensor,
  readElements,
  tensorSize,
  toJsonItems,
  toJsonTensor,
} from "./index.ts";
import type { DType } from "./index.ts";
import { bfloatToNumber, halfToNumber, numberToBfloat, numberToHalf } from "./half.ts";

describe("tensor numbers", () => {
  it("converts every half and bfloat16 bit pattern there and back", () => {
    for (let bits = 0; bits < 65536; bits++) {
      for (const [toNumber, toBits] of [
        [halfToNumber, numberToHalf],
        [bfloatToNumber, numberToBfloat],
      ] as const) {
        const value = toNumber(bits);
        if (Number.isNaN(value)) assert.ok(Number.isNaN(toNumber(toBits(value))));
        else assert.equal(toBits(value), bits);
      }
    }
  });

  it("rounds halves and bfloat16 to the nearest, ties to even", () => {
    const cases: [number, number][] = [
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [65519.99, 0x7bff],
      [65520, 0x7c00],
      [2 ** -25, 0],
      [3 * 2 ** -25, 2],
      [2047.5 * 2 ** -25, 0x400],
    ];
    for (const [value, bits] of cases) assert.equal(numberToHalf(value), bits, String(value));
    assert.equal(numberToBfloat(1 + 2 ** -8), 0x3f80);
    assert.equal(numberToBfloat(1 + 3 * 2 ** -8), 0x3f82);
  });

  it("knows ONNX's codes and refuses strings and unknown ones", () => {
    for (const [name, { code }] of Object.entries(DTYPES)) assert.equal(dtypeFromCode(code), name);
    assert.throws(() => dtypeFromCode(8), { code: "TENSOR_DTYPE_UNSUPPORTED", message: /string/ });
    assert.throws(() => dtypeFromCode(99), { code: "TENSOR_DTYPE_UNSUPPORTED" });
  });

  it("holds the extremes of every integer type and refuses one more", () => {
    for (const [dtype, { bytes }] of Object.entries(DTYPES) as [DType, { bytes: number }][]) {
      if (!dtype.includes("int")) continue;
      const width = BigInt(bytes * 8);
      const [low, high] = dtype.startsWith("u")
        ? [0n, 2n ** width - 1n]
        : [-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n];
      const values = Array.from(readElements(fromElements(dtype, [2], [low, high])), BigInt);
      assert.deepEqual(values, [low, high]);
      for (const value of [low - 1n, high + 1n])
        assert.throws(() => fromElements(dtype, [1], [value]), { code: "TENSOR_VALUE_OUT_OF_RANGE" }, dtype);
      assert.throws(() => fromElements(dtype, [1], [0.5]), { code: "TENSOR_VALUE_OUT_OF_RANGE" });
    }
    assert.throws(() => fromElements("float32", [1], [1e39]), { code: "TENSOR_VALUE_OUT_OF_RANGE" });
    assert.throws(() => fromElements("float16", [1], [1e6]), { code: "TENSOR_VALUE_OUT_OF_RANGE" });
    assert.throws(() => fromElements("bool", [1], [2]), { code: "TENSOR_VALUE_OUT_OF_RANGE" });
  });

  it("refuses shapes and sizes that cannot be", () => {
    for (const shape of [[-1], [1.5], [NaN], [2 ** 30, 2 ** 30], Array.from({ length: 33 }, () => 1)]) {
      assert.throws(() => elementCount(shape), { code: "TENSOR_SHAPE_INVALID" });
    }
    assert.throws(() => tensorSize("float64", [2 ** 52]), { code: "TENSOR_SHAPE_INVALID" });
    assert.throws(() => createTensor("int16", [3], new Uint8Array(5)), { code: "TENSOR_SIZE_MISMATCH" });
    assert.throws(() => fromElements("int8", [2], [1]), { code: "TENSOR_SIZE_MISMATCH" });
    assert.throws(() => fromElements("int8", [1], [1, 2]), { code: "TENSOR_SIZE_MISMATCH" });
    assert.equal(elementCount([]), 1);
  });

  it("casts exactly or says what does not fit", () => {
    const floats = fromElements("float32", [3], [1, -2, 3]);
    assert.deepEqual([...readElements(castTensor(floats, "int64"))], [1n, -2n, 3n]);
    assert.throws(() => castTensor(floats, "uint8"), { code: "TENSOR_VALUE_OUT_OF_RANGE", message: /-2 .* 0 to 255/ });
    assert.equal(castTensor(floats, "float32"), floats);
  });

  it("takes JSON there and back, 64-bit integers and non-finite floats included", () => {
    const long = fromJsonTensor(
      [
        ["9223372036854775807", -1],
        [5, "-9223372036854775808"],
      ],
      "int64",
    );
    assert.deepEqual(long.shape, [2, 2]);
    assert.deepEqual(toJsonTensor(long), [
      ["9223372036854775807", -1],
      [5, "-9223372036854775808"],
    ]);
    const floats = fromJsonTensor([0.5, "NaN", "-Infinity"], "float64");
    assert.deepEqual(toJsonTensor(floats), [0.5, "NaN", "-Infinity"]);
    assert.equal(toJsonTensor(fromJsonTensor(7, "uint8")), 7);
    assert.deepEqual(toJsonTensor(fromJsonTensor([true, 0], "bool")), [true, false]);
    assert.deepEqual(toJsonItems([new Map([["x", floats]])]), [{ x: [0.5, "NaN", "-Infinity"] }]);
  });

  it("refuses JSON that is no tensor", () => {
    const deep = JSON.parse(`${"[".repeat(40)}1${"]".repeat(40)}`) as unknown;
    for (const bad of [
      [[1], [1, 2]],
      [[1], 2],
      [1, [2]],
      [null],
      ["x"],
      [true],
      { a: 1 },
      undefined,
      ["toString"],
      deep,
    ]) {
      assert.throws(() => fromJsonTensor(bad, "float32"), { code: "TENSOR_JSON_INVALID" }, JSON.stringify(bad));
    }
    assert.throws(() => fromJsonTensor([2 ** 53], "int64"), {
      code: "TENSOR_VALUE_OUT_OF_RANGE",
      hint: /strings of digits/,
    });
    assert.throws(() => fromJsonTensor(["NaN"], "int32"), { code: "TENSOR_VALUE_OUT_OF_RANGE" });
  });
});
