import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { makeNode } from "../../onnx/index.ts";
import type { AttributeValue } from "../../onnx/index.ts";
import { fromElements, readElements } from "../../tensors/index.ts";
import type { DType, Tensor } from "../../tensors/index.ts";
import { Builder } from "./builder.ts";
import { Call } from "./call.ts";
import { fold } from "./fold.ts";
import { refuses } from "./testing/sketch.ts";

const list = (values: readonly number[], shape: readonly number[] = [values.length], dtype: DType = "int64") =>
  fromElements(dtype, shape, values);

function folded(type: string, inputs: readonly Tensor[], attributes: Readonly<Record<string, AttributeValue>> = {}) {
  const names = inputs.map((_, index) => `i${index}`);
  const values = inputs.map((tensor) => ({ kind: "constant" as const, tensor }));
  const [value] = fold(new Call(makeNode(type, names, ["y"], attributes), 17, new Builder(), values)) ?? [];
  return value?.kind === "constant" ? [[...readElements(value.tensor)].map(Number), value.tensor.shape] : undefined;
}

describe("constants that follow from constants", () => {
  it("computes what exporters write around shapes", () => {
    assert.deepEqual(folded("Gather", [list([5, 6, 7]), list([2, -3])]), [[7, 5], [2]]);
    assert.deepEqual(folded("Concat", [list([1]), list([2, 3])], { axis: 0n }), [[1, 2, 3], [3]]);
    assert.deepEqual(folded("Slice", [list([1, 2, 3, 4]), list([-3]), list([99])]), [[2, 3, 4], [3]]);
    assert.deepEqual(folded("Cast", [list([1.9, -1.9], [2], "float32")], { to: 7n }), [[1, -1], [2]]);
    assert.deepEqual(folded("ConstantOfShape", [list([2, 2])]), [
      [0, 0, 0, 0],
      [2, 2],
    ]);
    assert.deepEqual(folded("Div", [list([7, -7]), list([2], [])]), [[3, -3], [2]]);
    assert.deepEqual(folded("Mul", [list([2], [1, 1]), list([3, 4])]), [
      [6, 8],
      [1, 2],
    ]);
    const third = Math.fround(1 / 3);
    assert.deepEqual(folded("Div", [list([1], [], "float32"), list([3], [], "float32")]), [[third], []]);
    assert.deepEqual(folded("Constant", [], { value_ints: [1n, 2n] }), [[1, 2], [2]]);
    assert.deepEqual(folded("Constant", [], { value_float: 0.5 }), [[0.5], []]);
  });
  it("leaves alone what it does not know", () => {
    for (const type of ["Relu", "constructor", "toString"]) assert.equal(folded(type, [list([1])]), undefined);
  });
  it("refuses what has no value", () => {
    refuses(() => folded("Div", [list([1]), list([0])]), "EXACT_SHAPE_MISMATCH", /divides by 0/);
    refuses(() => folded("Gather", [list([1]), list([1])]), "EXACT_SHAPE_MISMATCH", /end/);
    refuses(() => folded("Add", [list([1, 2], [2, 1]), list([1, 2])]), "EXACT_OPERATOR_UNSUPPORTED", /shapes/);
    refuses(() => folded("Cast", [list([NaN], [], "float32")], { to: 7n }), "TENSOR_VALUE_OUT_OF_RANGE");
    refuses(() => folded("Constant", []), "EXACT_ATTRIBUTE_INVALID");
    refuses(() => folded("ConstantOfShape", [list([1 << 20])]), "EXACT_CONSTANT_TOO_LARGE");
  });
});
