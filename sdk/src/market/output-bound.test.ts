import assert from "node:assert/strict";
import type { TensorInfo } from "../onnx/index.ts";
import { outputBound } from "./output-bound.ts";

const bound = (...shapes: TensorInfo["shape"][]): number =>
  outputBound({ inputs: [], outputs: shapes.map((shape, i) => ({ name: `y${i}`, dtype: "float32", shape })) });

describe("outputBound", () => {
  it("multiplies fixed shapes out", () => {
    assert.equal(bound([1, 10]), 40);
    assert.equal(bound([3, 10], [2]), 128);
  });

  it("counts an open first dimension as one item", () => {
    assert.equal(bound(["batch", 10]), 40);
    assert.equal(bound([null, 10]), 40);
  });

  it("allows a mebibyte where another dimension is open or nothing is known", () => {
    assert.equal(bound(["batch", "classes"]), 2 ** 20);
    assert.equal(bound([]), 2 ** 20);
  });
});
