import assert from "node:assert/strict";
import { describe, it } from "mocha";

import type { JobSpec } from "@glia/sdk";

import { auctionPrice, decideBid } from "./auction.ts";

const SPEC = { startPrice: 100n, maxPrice: 200n, auctionStart: 1_000n, auctionEnd: 1_003n } as JobSpec;

describe("auctionPrice", () => {
  it("rises in a line and stays within its ends", () => {
    assert.deepEqual(
      [999n, 1_000n, 1_001n, 1_002n, 1_003n, 2_000n].map((time) => auctionPrice(SPEC, time)),
      [100n, 100n, 133n, 166n, 200n, 200n],
    );
  });
});

describe("decideBid", () => {
  it("waits until the price is worth it", () => {
    assert.equal(decideBid(SPEC, 1_000n, 150n), "wait");
    assert.equal(decideBid(SPEC, 1_002n, 150n), "take");
  });

  it("gives up after the end, or when the maximum is not enough", () => {
    assert.equal(decideBid(SPEC, 1_004n, 1n), "over");
    assert.equal(decideBid(SPEC, 1_000n, 201n), "over");
  });
});
