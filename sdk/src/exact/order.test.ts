import assert from "node:assert/strict";
import { toLogical, toPhysical } from "./order.ts";

describe("the order of elements", () => {
  it("puts channels last in images, and back", () => {
    const logical = Uint8Array.from({ length: 2 * 2 * 2 * 3 }, (_, i) => i);
    const physical = toPhysical([2, 2, 2, 3], logical);
    assert.deepEqual([...physical.subarray(0, 12)], [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
    assert.deepEqual([...physical.subarray(12, 14)], [12, 18]);
    assert.deepEqual(toLogical([2, 2, 2, 3], physical), logical);
  });

  it("leaves every other rank as it is, and images for which it makes no difference", () => {
    const bytes = Uint8Array.from({ length: 12 }, (_, i) => i);
    for (const dims of [[12], [3, 4], [2, 2, 3], [1, 2, 1, 2, 3], [1, 1, 3, 4], [3, 4, 1, 1]]) {
      assert.equal(toPhysical(dims, bytes), bytes);
      assert.equal(toLogical(dims, bytes), bytes);
    }
    assert.equal(toPhysical([], bytes.subarray(0, 1)).length, 1);
  });

  it("refuses a number of bytes that is not the dimensions'", () => {
    assert.throws(() => toPhysical([2, 2, 2, 2], new Uint8Array(15)), { code: "EXACT_TENSOR_SIZE" });
    assert.throws(() => toLogical([], new Uint8Array(0)), { code: "EXACT_TENSOR_SIZE" });
  });
});
