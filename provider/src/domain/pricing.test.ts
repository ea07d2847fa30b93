import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { priceJob, withMargin } from "./pricing.ts";

const LIST = { base: 1_000n, perItem: 10n, perMegabyteModel: 7n, perMegabyteInput: 5n, perMegabyteOutput: 3n };

describe("priceJob", () => {
  it("adds base, items and started megabytes", () => {
    const size = { items: 64, modelBytes: 26_000, inputBytes: 2 ** 20, outputBytes: 2 ** 20 + 1 };
    assert.equal(priceJob(LIST, size), 1_000n + 640n + 7n + 5n + 6n);
  });

  it("charges only the base and items for empty files", () => {
    assert.equal(priceJob(LIST, { items: 1, modelBytes: 0, inputBytes: 0, outputBytes: 0 }), 1_010n);
  });
});

describe("withMargin", () => {
  it("rounds up", () => {
    assert.equal(withMargin(1n, 1), 2n);
    assert.equal(withMargin(10_000n, 250), 10_250n);
    assert.equal(withMargin(10_000n, 0), 10_000n);
  });
});
