import assert from "node:assert/strict";
import { describe, it } from "mocha";

import type { TensorInfo, TensorSpec } from "@glia/sdk";

import { matchInputs } from "./match-inputs.ts";

const MODEL: TensorInfo[] = [
  { name: "image", dtype: "float32", shape: ["N", 1, null, 28] },
  { name: "scale", dtype: "int64", shape: [] },
];
const BATCH: TensorSpec[] = [
  { name: "image", dtype: "float32", shape: [1, 1, 30, 28] },
  { name: "scale", dtype: "int64", shape: [] },
];

describe("matchInputs", () => {
  it("lets open sizes be anything", () => {
    assert.equal(matchInputs(MODEL, BATCH), undefined);
  });

  const change = (index: number, part: Partial<TensorSpec>): TensorSpec[] =>
    BATCH.map((tensor, at) => (at === index ? { ...tensor, ...part } : tensor));
  const wrong: [string, TensorSpec[], RegExp][] = [
    ["missing input", BATCH.slice(0, 1), /takes \[image, scale\]; the batch has \[image\]/],
    ["other order", BATCH.toReversed(), /takes \[image, scale\]/],
    ["other type", change(0, { dtype: "float64" }), /image is float32; the batch has float64/],
    ["other rank", change(0, { shape: [1, 30, 28] }), /has the shape \[N, 1, \?, 28\]/],
    ["other fixed size", change(0, { shape: [1, 3, 30, 28] }), /the batch has \[1, 3, 30, 28\]/],
  ];
  for (const [name, given, message] of wrong) {
    it(`names a ${name}`, () => assert.match(matchInputs(MODEL, given) ?? "", message));
  }
});
