import assert from "node:assert/strict";

import { AssuranceLevel, JobStatus, NO_ITEM, Turn, type JobView } from "@glia/sdk";
import { type Hex, parseEther, zeroAddress, zeroHash } from "viem";

import { describeAssurance, describeLevel } from "./describe.ts";
import type { AssuranceView } from "./read-assurance.ts";

const ALICE = "0x00000000000000000000000000000000000000A1";
const BOB = "0x00000000000000000000000000000000000000b0";
const PLACE = { transactionHash: zeroHash, blockNumber: 5n, blockHash: zeroHash };
const NOBODY = { refuted: false, item: 0, challenge: 0n, tieDeadline: 0, proven: false };
const SPEC: JobView["spec"] = {
  buyer: ALICE,
  payer: ALICE,
  modelId: zeroHash,
  modelDigest: zeroHash,
  batchRoot: zeroHash,
  inputDigest: zeroHash,
  items: 16,
  maxItemOutputBytes: 1,
  token: BOB,
  startPrice: 0n,
  maxPrice: 1n,
  auctionStart: 0n,
  auctionEnd: 0n,
  rejectWindow: 1,
  executionWindow: 1,
  challengeWindow: 1,
  level: AssuranceLevel.Audited,
  checkBps: 10_000,
  sampleSize: 4,
  auditPot: 0n,
  declaredGain: 1n,
  minStake: 0n,
  capabilities: 0n,
  determinism: 1,
  allowedProviders: zeroHash,
  salt: zeroHash,
};
const JOB: JobView["job"] = {
  buyer: ALICE,
  payer: ALICE,
  provider: BOB,
  operator: BOB,
  token: BOB,
  money: 0n,
  terms: 0n,
  module: zeroAddress,
  moduleData: zeroHash,
  resultRoot: zeroHash,
};

function view(change: Partial<JobView> = {}): JobView {
  return {
    jobId: zeroHash,
    status: JobStatus.Revealed,
    openChallenges: 0,
    spec: SPEC,
    job: JOB,
    sources: [],
    ...change,
  };
}

function assurance({
  audit,
  ...change
}: Partial<Omit<AssuranceView, "audit">> & { readonly audit?: Partial<AssuranceView["audit"]> } = {}): AssuranceView {
  return {
    audit: { redrawn: false, attested: [], opened: [], forfeited: [], closed: [], ...audit },
    sample: [],
    disputes: { blockNumber: 1n, challenges: [], responses: [] },
    challenges: [],
    verdict: NOBODY,
    ...change,
  };
}

const SEED: Hex = `0x${"11".repeat(32)}`;
const committed = { ...PLACE, commitment: zeroHash, seedPoint: 7n, revealDeadline: 100 };
const revealed = { ...PLACE, drawn: true, attestations: 2, digest: zeroHash, claimDeadline: 90 };

describe("how a job was checked, in words", () => {
  it("names the level", () => {
    assert.equal(describeLevel(SPEC), "audited: with a chance of 100 % strangers run 4 of the items again");
    assert.equal(describeLevel({ ...SPEC, level: AssuranceLevel.Optimistic }), "optimistic");
  });

  it("says nothing before the commitment, then that the lot is not drawn, then what it said", () => {
    assert.deepEqual(describeAssurance(view(), assurance()), []);
    assert.match(describeAssurance(view(), assurance({ audit: { committed } }))[0]?.[1] ?? "", /not known yet/);
    const unchecked = view({ spec: { ...SPEC, checkBps: 0 } });
    const check = (seed: Hex): string =>
      describeAssurance(unchecked, assurance({ audit: { committed, seed } }))[0]?.[1] ?? "";
    assert.match(check(SEED), /not drawn/);
    assert.match(check(zeroHash), /lost/);
  });

  it("tells for each auditor what it found and what it got", () => {
    const audit: Partial<AssuranceView["audit"]> = {
      committed,
      revealed,
      seed: SEED,
      attested: [ALICE, BOB],
      opened: [{ auditor: ALICE, differences: 0b1010n }],
      closed: [{ auditor: ALICE, bond: 1n, pay: 0n, reward: parseEther("19") }],
    };
    const facts = describeAssurance(view(), assurance({ audit, sample: [1, 5, 9, 13] }));
    assert.deepEqual(facts, [
      ["check", "drawn: 2 auditors attested; items 1, 5, 9, 13"],
      ["auditor", `${ALICE} got something else for items 5, 13; got 19 GLIA of reward, its bond back`],
      ["auditor", `${BOB} has until 1970-01-01T00:01:30.000Z to open its attestation`],
    ]);
  });

  it("tells whose turn a challenge is, and how the job fell", () => {
    const challenge = {
      challenger: ALICE,
      deadline: 60,
      item: 3,
      rounds: 0,
      turn: Turn.Provider,
      jobId: zeroHash,
      question: zeroHash,
      bond: 1n,
    } as const;
    const events = { challenge: 7n, challenger: ALICE, item: 3, bond: 1n, opened: PLACE, events: [] } as const;
    const open = assurance({
      disputes: { blockNumber: 1n, challenges: [events], responses: [] },
      challenges: [challenge],
    });
    assert.deepEqual(describeAssurance(view(), open), [
      ["challenge", `7 of item 3, by ${ALICE}: the provider must answer by 1970-01-01T00:01:00.000Z`],
    ]);
    const verdict = { refuted: true, item: 3, challenge: 7n, tieDeadline: 90, proven: true };
    const refuted = { ...PLACE, burned: parseEther("20"), reward: parseEther("18") };
    const fallen = assurance({ verdict, audit: { rewarded: { to: ALICE, amount: parseEther("18") } } });
    assert.deepEqual(describeAssurance(view({ status: JobStatus.Refuted, refuted }), fallen), [
      [
        "fell",
        "the result of item 3 was proven wrong by challenge 7; the provider lost 38 GLIA, 20 of it burned, and the price went back to the payer",
      ],
      ["reward", `18 GLIA to ${ALICE}`],
    ]);
  });

  it("tells apart silence and undelivered data", () => {
    const silent = assurance({ verdict: { ...NOBODY, item: NO_ITEM, challenge: 2n } });
    assert.deepEqual(describeAssurance(view(), silent), [
      ["verdict", "the provider fell silent in challenge 2; anyone may now take the job down"],
    ]);
    const undelivered = assurance({ verdict: { ...NOBODY, refuted: true, item: NO_ITEM } });
    const refuted = { ...PLACE, burned: parseEther("38"), reward: 0n };
    assert.match(describeAssurance(view({ refuted }), undelivered)[0]?.[1] ?? "", /did not deliver the outputs/);
  });
});
