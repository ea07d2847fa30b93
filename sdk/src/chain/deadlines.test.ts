import assert from "node:assert/strict";
import { zeroAddress, zeroHash } from "viem";
import type { AuditView } from "./audit-from-events.ts";
import { deadlinesOf } from "./deadlines.ts";
import { packTerms } from "./terms.ts";
import { AssuranceLevel, JobStatus } from "./types.ts";
import type { Job } from "./types.ts";

const jobAt = (level: number): Job => ({
  buyer: zeroAddress,
  payer: zeroAddress,
  provider: zeroAddress,
  operator: zeroAddress,
  token: zeroAddress,
  money: 0n,
  terms: packTerms({
    level,
    feeBps: 0,
    missSlashBps: 0,
    burnBps: 0,
    bountyBps: 0,
    rewardBps: 0,
    challengeWindow: 60,
    rejectDeadline: 10,
    deadline: 100,
  }),
  module: zeroAddress,
  moduleData: zeroHash,
  resultRoot: zeroHash,
});
const audit: AuditView = { redrawn: false, attested: [], opened: [], forfeited: [], closed: [], auditDeadline: 40 };
const place = { transactionHash: zeroHash, blockNumber: 1n, blockHash: zeroHash };

/** Times and parties, in order. */
const told = (status: JobStatus, level: number, view?: AuditView): unknown =>
  deadlinesOf(status, jobAt(level), view).map(({ at, whose, what }) => [at, whose, what.split(" ", 1)[0]]);

describe("deadlinesOf", () => {
  it("says who has to do what by when in each state", () => {
    const { Optimistic, Audited } = AssuranceLevel;
    assert.deepEqual(told(JobStatus.Open, Optimistic), [[100, "anyone", "take"]]);
    assert.deepEqual(told(JobStatus.Assigned, Optimistic), [[10, "provider", "reject"], [100, "provider", "reveal"]]); // prettier-ignore
    assert.deepEqual(told(JobStatus.Assigned, Audited), [[10, "provider", "reject"], [100, "provider", "commit"]]); // prettier-ignore
    assert.deepEqual(told(JobStatus.Committed, Audited, audit), [[40, "auditor", "attest,"], [100, "provider", "reveal"]]); // prettier-ignore
    assert.deepEqual(told(JobStatus.Committed, Audited), [[100, "provider", "reveal"]]);
    assert.deepEqual(told(JobStatus.Revealed, Audited, audit), [[100, "buyer", "accept"]]);
  });

  it("names auditors after the reveal only where somebody attested, and nobody once the job is over", () => {
    const revealed = { ...place, drawn: true, attestations: 2, digest: zeroHash, claimDeadline: 70 };
    const view = { ...audit, revealed };
    assert.deepEqual(told(JobStatus.Revealed, AssuranceLevel.Audited, view), [[70, "auditor", "open"], [100, "buyer", "accept"]]); // prettier-ignore
    for (const status of [JobStatus.Settled, JobStatus.Refuted, JobStatus.Defaulted])
      assert.deepEqual(told(status, AssuranceLevel.Audited, view), []);
  });
});
