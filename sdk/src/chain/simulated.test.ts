import assert from "node:assert/strict";
import { encodeErrorResult, RpcRequestError } from "viem";
import type { Hex } from "viem";
import { assuranceAbi } from "./abis.ts";
import { simulated } from "./simulated.ts";

/** Rejects as a node does that ran a call and found it reverted, `times` times. */
function refusing(times: number, data: Hex) {
  let asked = 0;
  return {
    asked: () => asked,
    simulate: (): Promise<string> => {
      asked += 1;
      const error = { code: 3, message: "execution reverted", data };
      return asked > times
        ? Promise.resolve("done")
        : Promise.reject(new RpcRequestError({ body: {}, url: "http://127.0.0.1", error }));
    },
  };
}

describe("a simulation", () => {
  const torn = encodeErrorResult({ abi: assuranceAbi, errorName: "CheckpointUnorderedInsertion" });

  it("is run again where the node was between two blocks", async () => {
    const { simulate, asked } = refusing(3, torn);
    assert.equal(await simulated(simulate), "done");
    assert.equal(asked(), 4);
  });

  it("says so where that does not end", async () => {
    const { simulate } = refusing(Infinity, torn);
    await assert.rejects(simulated(simulate), { code: "CHECKPOINT_UNORDERED_INSERTION", retryable: true });
  });

  it("passes on what the contract says, at once", async () => {
    const data = encodeErrorResult({ abi: assuranceAbi, errorName: "NoReward", args: [`0x${"11".repeat(32)}`] });
    const { simulate, asked } = refusing(1, data);
    await assert.rejects(simulated(simulate), { code: "NO_REWARD" });
    assert.equal(asked(), 1);
  });
});
