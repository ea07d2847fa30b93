import assert from "node:assert/strict";

import { createTricks } from "./tricks.ts";

const items = (count: number, job: number): Uint8Array[] =>
  Array.from({ length: count }, (_, item) => Uint8Array.of(job, item));

describe("the demo's cheat", () => {
  it("forges one item of its first job, all of its second, and none of a third", () => {
    const tricks = createTricks();
    assert.deepEqual(tricks.of(items(4, 1)), ["honest", "honest", "flip", "honest"]);
    assert.deepEqual(tricks.of(items(2, 2)), ["cheaper", "cheaper"]);
    assert.deepEqual(tricks.of(items(2, 3)), ["honest", "honest"]);
  });

  it("tells the same lie again when it is asked about an item later", () => {
    const tricks = createTricks();
    tricks.of(items(4, 1));
    tricks.of(items(2, 2));
    const [, , forged = new Uint8Array()] = items(4, 1);
    assert.deepEqual(tricks.of([forged]), ["flip"]);
    assert.deepEqual(tricks.of(items(1, 2)), ["cheaper"]);
    assert.deepEqual(tricks.of(items(4, 1)), ["honest", "honest", "flip", "honest"]);
  });
});
