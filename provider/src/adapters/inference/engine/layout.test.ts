import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { failsWith } from "../testing/ungated.ts";
import { itemBytes } from "./layout.ts";

describe("layout of an item", () => {
  it("adds up the tensors' bytes", () => {
    const tensors = [
      { name: "a", dtype: "float32", shape: [2, 3] },
      { name: "b", dtype: "int64", shape: [] },
      { name: "c", dtype: "uint8", shape: [0, 9] },
    ];
    assert.equal(itemBytes(tensors), 24 + 8);
  });

  it("refuses types that the runtime cannot take", () => {
    for (const dtype of ["bfloat16", "string", "constructor"]) {
      assert.throws(() => itemBytes([{ name: "a", dtype, shape: [] }]), failsWith("DTYPE_UNSUPPORTED"));
    }
  });
});
