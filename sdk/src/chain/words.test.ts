import assert from "node:assert/strict";
import { AbiCoder, keccak256 } from "ethers";
import { zeroAddress } from "viem";
import { hashJob } from "./hash-job.ts";
import { isFinal, jobStatusName, statusNames } from "./job-status.ts";
import { packMoney, unpackMoney } from "./money.ts";
import { packTerms, unpackTerms } from "./terms.ts";
import type { Terms } from "./terms.ts";
import { JobStatus } from "./types.ts";
import type { Job } from "./types.ts";

const full: Terms = {
  level: 255,
  feeBps: 65_535,
  missSlashBps: 1,
  burnBps: 65_534,
  bountyBps: 2,
  rewardBps: 65_533,
  challengeWindow: 2 ** 32 - 1,
  rejectDeadline: 2 ** 40 - 1,
  deadline: 2 ** 40 - 2,
};

describe("packed words", () => {
  it("packs terms where the contract reads them, and back", () => {
    const word = packTerms(full);
    assert.equal((word >> 160n) & (2n ** 40n - 1n), BigInt(full.deadline));
    assert.equal((word >> 120n) & (2n ** 40n - 1n), BigInt(full.rejectDeadline));
    assert.equal((word >> 88n) & (2n ** 32n - 1n), BigInt(full.challengeWindow));
    assert.equal((word >> 24n) & 0xffffn, 1n);
    assert.deepEqual(unpackTerms(word), full);
    assert.deepEqual(unpackTerms(word | (1n << 255n)), full);
  });

  for (const [name, value] of [
    ["level", 256],
    ["feeBps", -1],
    ["deadline", 2 ** 40],
    ["challengeWindow", 1.5],
  ] as const) {
    it(`refuses ${name} = ${value}`, () => {
      assert.throws(() => packTerms({ ...full, [name]: value }), { code: "NUMBER_OUT_OF_RANGE" });
    });
  }

  it("packs money and refuses what does not fit", () => {
    const money = { price: 2n ** 128n - 1n, collateral: 2n ** 96n - 1n };
    assert.deepEqual(unpackMoney(packMoney(money)), money);
    assert.equal(packMoney({ price: 1n, collateral: 1n }), 1n | (1n << 128n));
    assert.throws(() => packMoney({ price: 2n ** 128n, collateral: 0n }), { code: "NUMBER_OUT_OF_RANGE" });
    assert.throws(() => packMoney({ price: 0n, collateral: -1n }), { code: "NUMBER_OUT_OF_RANGE" });
  });

  it("hashes a job as ethers encodes it", () => {
    const word = `0x${"c3".repeat(32)}` as const;
    const job: Job = {
      buyer: "0x00000000000000000000000000000000000000A1",
      payer: zeroAddress,
      provider: zeroAddress,
      operator: zeroAddress,
      token: zeroAddress,
      money: packMoney({ price: 5n, collateral: 6n }),
      terms: packTerms(full),
      module: zeroAddress,
      moduleData: word,
      resultRoot: word,
    };
    const types = [
      "address",
      "address",
      "address",
      "address",
      "address",
      "uint256",
      "uint256",
      "address",
      "bytes32",
      "bytes32",
    ];
    const encoded = AbiCoder.defaultAbiCoder().encode(types, Object.values(job));
    assert.equal(hashJob(job), BigInt(keccak256(encoded)) & (2n ** 232n - 1n));
  });
});

describe("job status", () => {
  it("has names, and knows which are final", () => {
    assert.equal(jobStatusName(JobStatus.Revealed), "Revealed");
    assert.equal(jobStatusName(77), "Status 77");
    assert.deepEqual(statusNames(0b1100n), ["Assigned", "Committed"]);
    assert.equal(isFinal(JobStatus.Revealed), false);
    for (const status of [JobStatus.Settled, JobStatus.Refuted, JobStatus.Cancelled])
      assert.equal(isFinal(status), true);
  });
});
