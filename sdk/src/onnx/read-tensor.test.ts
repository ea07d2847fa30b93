import assert from "node:assert/strict";
import { GliaError } from "../errors.ts";
import { readElements } from "../tensors/index.ts";
import { makeFloats, makeMessage } from "./build.ts";
import { readTensor } from "./read-tensor.ts";
import { DATA_LOCATION } from "./types.ts";
import type { TensorProto } from "./types.ts";

const elements = (parts: Partial<TensorProto>) => [...readElements(readTensor(makeMessage("Tensor", parts)))];
const code = (proto: TensorProto) => {
  try {
    readTensor(proto);
  } catch (error) {
    if (error instanceof GliaError) return error.code;
  }
  return "none";
};

describe("an ONNX tensor's numbers", () => {
  it("are read from raw bytes and from every typed field", () => {
    assert.deepEqual([...readElements(readTensor(makeFloats("a", [2], [1.5, -2])))], [1.5, -2]);
    assert.deepEqual(elements({ dataType: 1, dims: [2n], floatData: new Float32Array([0.5, 3]) }), [0.5, 3]);
    assert.deepEqual(elements({ dataType: 11, dims: [1n], doubleData: new Float64Array([Math.PI]) }), [Math.PI]);
    assert.deepEqual(elements({ dataType: 7, dims: [1n], int64Data: new BigInt64Array([-5n]) }), [-5n]);
    assert.deepEqual(elements({ dataType: 13, dims: [1n], uint64Data: new BigUint64Array([2n ** 64n - 1n]) }), [
      2n ** 64n - 1n,
    ]);
    assert.deepEqual(elements({ dataType: 12, dims: [1n], uint64Data: new BigUint64Array([2n ** 32n - 1n]) }), [
      2 ** 32 - 1,
    ]);
    assert.deepEqual(elements({ dataType: 3, dims: [2n], int32Data: new Int32Array([-128, 127]) }), [-128, 127]);
    assert.deepEqual(elements({ dataType: 6, dims: [], int32Data: new Int32Array([-7]) }), [-7]);
    assert.deepEqual(elements({ dataType: 10, dims: [1n], int32Data: new Int32Array([0x3c00]) }), [1]);
    assert.deepEqual(elements({ dataType: 1, dims: [0n, 3n] }), []);
  });

  it("are refused where they are elsewhere or do not fit the shape", () => {
    const outside = { dataLocation: DATA_LOCATION.external, externalData: [{ key: "location", value: "w.bin" }] };
    assert.equal(code(makeMessage("Tensor", { dataType: 1, dims: [1n], ...outside })), "ONNX_TENSOR_EXTERNAL");
    assert.equal(code(makeFloats("a", [3], [1, 2])), "ONNX_TENSOR_INVALID");
    assert.equal(code(makeMessage("Tensor", { dataType: 1, dims: [2n] })), "ONNX_TENSOR_INVALID");
    assert.equal(code(makeFloats("a", [-1], [])), "TENSOR_SHAPE_INVALID");
    assert.equal(code(makeMessage("Tensor", { dataType: 8, dims: [] })), "TENSOR_DTYPE_UNSUPPORTED");
  });
});
