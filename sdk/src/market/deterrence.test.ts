import assert from "node:assert/strict";
import { requiredCollateral } from "./deterrence.ts";

const factors = {
  gain: 1_000_000n,
  gliaPerToken: 10n ** 18n,
  checkBps: 1_000,
  honestShareBps: 5_000,
  sampleSize: 8,
  burnBps: 5_000,
};

describe("deterrence", () => {
  it("asks for g · max((1 − q) / q, 1 / (q · k)) / burnShare", () => {
    // q = 0.05: (1 − q) / q = 19 beats 1 / (q · k) = 2.5; a burn share of one half doubles it.
    assert.equal(requiredCollateral(factors), 38_000_000n);
    // q = 1 · 0.9, k = 1: 1 / q = 1.11… beats 0.11…; rounded up.
    const sure = { ...factors, gain: 9n, checkBps: 10_000, honestShareBps: 9_000, sampleSize: 1 };
    assert.equal(requiredCollateral(sure), 20n);
  });

  it("makes cheating a loss for every share: what is lost in expectation is more than what is gained", () => {
    for (const checkBps of [100, 999, 5_000, 10_000]) {
      for (const honestShareBps of [1_000, 5_000, 9_000]) {
        for (const burnBps of [5_000, 9_000]) {
          const collateral = requiredCollateral({ ...factors, checkBps, honestShareBps, burnBps });
          const q = BigInt(checkBps * honestShareBps);
          // q · burned ≥ (1 − q) · gain, in units of 10^-12
          assert.ok(q * collateral * BigInt(burnBps) >= (10n ** 8n - q) * factors.gain * 10_000n);
        }
      }
    }
  });

  it("never rounds in the cheat's favour", () => {
    const rate = { ...factors, gain: 1n, gliaPerToken: 1n };
    assert.ok(requiredCollateral(rate) >= 1n);
    assert.equal(requiredCollateral({ ...factors, gain: 0n }), 0n);
  });
});
