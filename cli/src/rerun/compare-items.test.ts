import assert from "node:assert/strict";

import { createTensor, fromElements, type Item } from "@glia/sdk";

import { compareItems } from "./compare-items.ts";

const bytes = (...values: number[]): Item =>
  new Map([["y", createTensor("uint8", [1, values.length], Uint8Array.from(values))]]);
const floats = (...values: number[]): Item => new Map([["y", fromElements("float32", [values.length], values)]]);
const longs = (...values: bigint[]): Item => new Map([["n", fromElements("int64", [values.length], values)]]);

describe("comparing a delivered item with a computed one", () => {
  it("finds one flipped byte and counts all of them", () => {
    assert.deepEqual(compareItems(bytes(1, 2, 3), bytes(1, 2, 3), true), []);
    assert.deepEqual(compareItems(bytes(1, 3, 4), bytes(1, 2, 3), true), [
      { output: "y", elements: 2, first: { index: 1, delivered: "3", computed: "2" } },
    ]);
  });

  it("lets floats differ by rounding only, and only where bits are not law", () => {
    assert.deepEqual(compareItems(floats(1, 100.05), floats(1, 100), false), []);
    assert.equal(compareItems(floats(1, 100.05), floats(1, 100), true)[0]?.elements, 1);
    assert.equal(compareItems(floats(1, 101), floats(1, 100), false)[0]?.first?.index, 1);
    assert.deepEqual(compareItems(floats(Number.NaN), floats(Number.NaN), true), []);
    assert.equal(compareItems(floats(Number.NaN), floats(0), false)[0]?.elements, 1);
  });

  it("compares whole numbers beyond 2^53 exactly", () => {
    assert.equal(compareItems(longs(2n ** 60n), longs(2n ** 60n + 1n), false)[0]?.elements, 1);
  });

  it("takes another shape, type or name for a difference", () => {
    assert.equal(compareItems(bytes(1, 2), bytes(1, 2, 3), true)[0]?.elements, 3);
    assert.equal(compareItems(floats(1), bytes(1), false)[0]?.elements, 1);
    assert.equal(compareItems(bytes(1), longs(1n), false).length, 2);
  });
});
