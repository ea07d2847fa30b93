import assert from "node:assert/strict";
import { concat, keccak256, pad, toHex } from "viem";
import type { Hex } from "viem";
import { attestationCommitment, resultCommitment, sampleDigest } from "./commitment.ts";

const word = (value: number): Hex => toHex(value, { size: 32 });
const provider = "0x00000000000000000000000000000000000000A1";

describe("commitments of results and audits", () => {
  const result = { jobId: word(1), provider, resultRoot: word(2), outputDigest: word(3), salt: word(4) } as const;

  it("are the hashes of the words one after another", () => {
    assert.equal(
      resultCommitment(result),
      keccak256(concat([word(1), pad(provider, { size: 32 }), word(2), word(3), word(4)])),
    );
    assert.equal(sampleDigest([word(5), word(6)]), keccak256(concat([word(5), word(6)])));
    const attestation = { jobId: word(1), auditor: provider, digest: word(7), salt: word(4) } as const;
    assert.equal(
      attestationCommitment(attestation),
      keccak256(concat([word(1), pad(provider, { size: 32 }), word(7), word(4)])),
    );
  });

  it("bind every member, so that nobody can copy another's, or change the hint where the bytes are", () => {
    const other = "0x00000000000000000000000000000000000000a2";
    const changes = [
      { jobId: word(9) },
      { provider: other },
      { resultRoot: word(9) },
      { outputDigest: word(9) },
      { salt: word(9) },
    ] as const;
    const all = [result, ...changes.map((change) => ({ ...result, ...change }))].map(resultCommitment);
    assert.equal(new Set(all).size, all.length);
  });
});
