import assert from "node:assert/strict";

import { drawItems } from "./draw-items.ts";

describe("the draw of items to run again", () => {
  it("takes one of each equal part, whatever comes up", () => {
    for (const [items, count] of [
      [10, 3],
      [7, 7],
      [5, 64],
      [1, 1],
      [1_000_003, 8],
    ] as const) {
      for (const pick of [() => 0, (below: number) => below - 1, (below: number) => below >> 1]) {
        const drawn = drawItems(items, count, pick);
        assert.equal(drawn.length, Math.min(items, count));
        assert.ok(drawn.every((item, i) => item >= 0 && item < items && item > (drawn[i - 1] ?? -1)));
      }
    }
    assert.deepEqual(
      drawItems(10, 3, (below) => below - 1),
      [2, 5, 9],
    );
  });

  it("reaches every item", () => {
    const seen = new Set<number>();
    for (let round = 0; round < 600; round += 1) for (const item of drawItems(12, 5)) seen.add(item);
    assert.equal(seen.size, 12);
  });
});
