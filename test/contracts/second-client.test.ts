/** ethers, written by others, must encode and hash what viem and our SDK do. */
import assert from "node:assert/strict";
import { Interface, TypedDataEncoder } from "ethers";
import { describe, it } from "mocha";
import { encodeFunctionData } from "viem";
import type { Abi, AbiFunction } from "viem";

import { assuranceAbi, disputesAbi, gliaTokenAbi, jobMarketAbi, providerRegistryAbi, vaultAbi } from "@glia/contracts";
import { hashJobSpec, hashQuote, hashSponsorship, marketDomain } from "@glia/sdk";
import { JOB_SPEC_TYPES, QUOTE_TYPES, SPONSORSHIP_TYPES } from "../../sdk/src/chain/typed-data.ts";
import { generator, randomBits, randomBytes, randomValue } from "./random-values.ts";

const ABIS: Readonly<Record<string, Abi>> = {
  jobMarketAbi,
  vaultAbi,
  providerRegistryAbi,
  gliaTokenAbi,
  assuranceAbi,
  disputesAbi,
};

describe("ethers as a second client", () => {
  for (const [name, abi] of Object.entries(ABIS)) {
    it(`encodes every call of ${name} as viem does`, () => {
      const next = generator(1);
      const other = new Interface(JSON.stringify(abi));
      const functions = abi.filter((entry): entry is AbiFunction => entry.type === "function");
      assert.ok(functions.length > 10);
      for (const entry of functions) {
        for (let round = 0; round < 20; round++) {
          const args = entry.inputs.map((input) => randomValue(next, input));
          const selector = `${entry.name}(${entry.inputs.map((input) => canonical(input)).join(",")})`;
          assert.equal(
            other.encodeFunctionData(selector, args),
            encodeFunctionData({ abi: [entry], functionName: entry.name, args }),
            selector,
          );
        }
      }
    });
  }

  const structs = [
    { name: "JobSpec", types: JOB_SPEC_TYPES, hash: hashJobSpec },
    { name: "Quote", types: QUOTE_TYPES, hash: hashQuote },
    { name: "Sponsorship", types: SPONSORSHIP_TYPES, hash: hashSponsorship },
  ] as const;
  for (const { name, types, hash } of structs) {
    it(`hashes a ${name} as our SDK does`, () => {
      const next = generator(2);
      const members = (types as Readonly<Record<string, readonly { name: string; type: string }[]>>)[name] ?? [];
      for (let round = 0; round < 50; round++) {
        const message = randomValue(next, { type: "tuple", components: members });
        const domain = { chainId: Number(randomBits(next, 31)) + 1, market: randomBytes(next, 20) };
        const other = TypedDataEncoder.hash(
          marketDomain(domain) as Parameters<typeof TypedDataEncoder.hash>[0],
          { [name]: [...members] },
          message as Record<string, unknown>,
        );
        assert.equal((hash as (message: never, domain: unknown) => string)(message as never, domain), other);
      }
    });
  }
});

/** The type as it stands in a signature: structs as lists of their members' types. */
function canonical(parameter: AbiFunction["inputs"][number]): string {
  if (!parameter.type.startsWith("tuple") || !("components" in parameter)) return parameter.type;
  return `(${parameter.components.map((member) => canonical(member)).join(",")})${parameter.type.slice(5)}`;
}
