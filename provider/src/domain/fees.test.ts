import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { raisedFees, replacingFees } from "./fees.ts";

const OLD = { maxFeePerGas: 1_000n, maxPriorityFeePerGas: 80n };

describe("raisedFees", () => {
  it("leaves a transaction alone that offers enough", () => {
    assert.equal(raisedFees(OLD, OLD, 920n), undefined);
    assert.equal(raisedFees(OLD, { maxFeePerGas: 5_000n, maxPriorityFeePerGas: 80n }, 100n), undefined);
  });

  it("follows the network where that asks for more", () => {
    const now = { maxFeePerGas: 5_000n, maxPriorityFeePerGas: 100n };
    assert.deepEqual(raisedFees(OLD, now, 4_000n), now);
  });

  it("pays a tenth more at least, or pools would refuse it", () => {
    const now = { maxFeePerGas: 1_001n, maxPriorityFeePerGas: 81n };
    assert.deepEqual(raisedFees(OLD, now, 900n), { maxFeePerGas: 1_126n, maxPriorityFeePerGas: 91n });
    assert.deepEqual(raisedFees(OLD, OLD, 921n), { maxFeePerGas: 1_126n, maxPriorityFeePerGas: 91n });
  });

  it("takes another transaction's place at a tenth more at least, even where the network asks for less", () => {
    const now = { maxFeePerGas: 500n, maxPriorityFeePerGas: 1n };
    assert.deepEqual(replacingFees(OLD, now), { maxFeePerGas: 1_126n, maxPriorityFeePerGas: 91n });
  });
});
