/** Every function of every contract, called by an outsider: exactly the restricted ones answer that the caller has no such right. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { encodeFunctionData, toFunctionSelector } from "viem";
import type { Abi, AbiFunction, Address } from "viem";

import { assuranceAbi, disputesAbi, gliaTokenAbi, jobMarketAbi, providerRegistryAbi, vaultAbi } from "@glia/contracts";
import { startDevnet } from "../integration/sdk-devnet.ts";
import type { Devnet } from "../integration/sdk-devnet.ts";
import { generator, randomValue } from "./random-values.ts";

const UNAUTHORIZED = toFunctionSelector("AccessManagedUnauthorized(address)");

const RESTRICTED: Readonly<Record<string, readonly string[]>> = {
  market: ["delistToken", "listToken", "pause", "setGliaPerToken", "setModule", "setParameters"],
  vault: ["setTreasury"],
  registry: ["setMinimumStake"],
  glia: ["mint"],
  assurance: [],
  disputes: [],
};

describe("Restricted functions", () => {
  let devnet: Devnet;

  before(async function () {
    this.timeout(120_000);
    devnet = await startDevnet();
  });

  after(() => devnet.stop());

  const contracts = [
    { name: "market", abi: jobMarketAbi as Abi },
    { name: "vault", abi: vaultAbi as Abi },
    { name: "registry", abi: providerRegistryAbi as Abi },
    { name: "glia", abi: gliaTokenAbi as Abi },
    { name: "assurance", abi: assuranceAbi as Abi },
    { name: "disputes", abi: disputesAbi as Abi },
  ] as const;
  const address = (name: (typeof contracts)[number]["name"]): Address =>
    devnet.file[name] ?? assert.fail(`The devnet has no ${name}.`);
  for (const { name, abi } of contracts) {
    it(`of the ${name} are closed to outsiders, and are these`, async () => {
      const next = generator(3);
      const closed: string[] = [];
      for (const entry of abi.filter((item): item is AbiFunction => item.type === "function")) {
        if (entry.stateMutability === "view" || entry.stateMutability === "pure") continue;
        // Enums have three members.
        const args = entry.inputs.map((input) => (input.type === "uint8" ? 1 : randomValue(next, input)));
        const data = encodeFunctionData({ abi: [entry], functionName: entry.name, args });
        const answer = await refusal(devnet, address(name), data);
        // setAuthority is the AccessManager's own; it answers with the same error.
        if (answer.startsWith(UNAUTHORIZED) && entry.name !== "setAuthority") closed.push(entry.name);
      }
      assert.deepEqual(closed.sort(), RESTRICTED[name]);
    });
  }
});

/** What the call reverts with; 0x if it does not. */
async function refusal({ publicClient }: Devnet, to: Address, data: `0x${string}`): Promise<string> {
  const outsider = "0x00000000000000000000000000000000000057a6";
  try {
    await publicClient.call({ account: outsider, to, data });
    return "0x";
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      const { data: found } = cause as Error & { data?: unknown };
      if (typeof found === "string") return found;
    }
    return "0x";
  }
}
