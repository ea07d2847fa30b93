import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, it } from "mocha";

import { type JobSpec, openJob } from "@glia/sdk";
import type { Hex } from "viem";

import { type Journal, openJournal } from "./journal.ts";

const hash = (byte: number): Hex => `0x${byte.toString(16).padStart(2, "0").repeat(32)}`;
const ACCOUNT = "0x52908400098527886E0F7030069857D2E4169EE7";
const SPEC: JobSpec = {
  buyer: ACCOUNT,
  payer: ACCOUNT,
  modelId: hash(1),
  modelDigest: hash(2),
  batchRoot: hash(3),
  inputDigest: hash(4),
  items: 5,
  maxItemOutputBytes: 6,
  token: ACCOUNT,
  startPrice: 7n,
  maxPrice: 2n ** 127n,
  auctionStart: 0n,
  auctionEnd: 0n,
  rejectWindow: 1,
  executionWindow: 2,
  challengeWindow: 3,
  level: 0,
  checkBps: 0,
  sampleSize: 0,
  auditPot: 0n,
  declaredGain: 2n ** 127n,
  minStake: 0n,
  capabilities: 0n,
  determinism: 0,
  allowedProviders: hash(0),
  salt: hash(9),
};
const JOB = hash(0xaa);

describe("journal", () => {
  let directory: string;
  let path: string;
  let journal: Journal;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "glia-journal-"));
    path = join(directory, "journal.sqlite");
    journal = openJournal(path);
  });
  afterEach(() => {
    journal.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function reopen(): void {
    journal.close();
    journal = openJournal(path);
  }

  function addJob(block = 10n): void {
    journal.jobs.upsert(
      { jobId: JOB, spec: SPEC, sources: ["https://a.example"], assignedJob: openJob(SPEC), block },
      "assigned",
    );
  }

  it("flushes every commit and is readable by its owner only", () => {
    const database = new DatabaseSync(path);
    assert.equal(database.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "wal");
    database.close();
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("keeps jobs whole over a restart", () => {
    addJob();
    journal.jobs.advance(JOB, "content-ready");
    reopen();
    const job = journal.jobs.get(JOB);
    assert.equal(job?.state, "fetched");
    assert.deepEqual(job.spec, SPEC);
    assert.deepEqual(job.assignedJob, openJob(SPEC));
    assert.deepEqual(job.sources, ["https://a.example"]);
  });

  it("never holds two different commitments for one job, nor two attestations under one seed", () => {
    const commitment = { jobId: JOB, commitment: hash(1), salt: hash(2) };
    journal.commitments.record(commitment);
    journal.commitments.record(commitment);
    assert.throws(() => journal.commitments.record({ ...commitment, salt: hash(3) }), { code: "COMMITMENT_CONFLICT" });
    journal.audits.upsert({ jobId: JOB, spec: SPEC, sources: [], job: openJob(SPEC), block: 1n });
    const attestation = { jobId: JOB, seed: hash(5), roots: [hash(6), hash(7)], salt: hash(8) };
    journal.audits.recordAttestation(attestation);
    journal.audits.recordAttestation(attestation);
    assert.throws(() => journal.audits.recordAttestation({ ...attestation, roots: [hash(6)] }), {
      code: "ATTESTATION_CONFLICT",
    });
    journal.audits.recordAttestation({ ...attestation, seed: hash(9), roots: [hash(1)] });
    reopen();
    assert.deepEqual(journal.commitments.get(JOB), commitment);
    assert.deepEqual(journal.audits.attestation(JOB, hash(5)), attestation);
    assert.equal(journal.audits.get(JOB)?.seed, hash(9));
    const database = new DatabaseSync(path);
    for (const sql of ["UPDATE commitments SET salt = 'x'", "DELETE FROM commitments", "DELETE FROM attestations"])
      assert.throws(() => database.exec(sql), /never/, sql);
    database.close();
  });

  it("keeps audits whole, and disputes of what differs open until they are over", () => {
    journal.audits.upsert({ jobId: JOB, spec: SPEC, sources: ["https://a.example"], job: openJob(SPEC), block: 1n });
    journal.audits.advance(JOB, "committed-on-chain");
    journal.audits.setReveal(JOB, [hash(1)]);
    journal.audits.setDiffers(JOB, 3);
    reopen();
    const [audit] = journal.audits.listDiffering();
    assert.deepEqual([audit?.state, audit?.differs, audit?.reveal], ["waiting", 3, [hash(1)]]);
    journal.audits.setDisputed(JOB);
    assert.deepEqual(journal.audits.listDiffering(), []);
    assert.deepEqual(journal.audits.counts(), { waiting: 1 });
  });

  it("looks again at challenges and attestations after a reorganisation", () => {
    addJob();
    const challenge = { challenge: 7n, module: ACCOUNT, jobId: JOB, block: 20n } as const;
    journal.challenges.put(challenge);
    journal.challenges.closeJob(JOB);
    assert.deepEqual(journal.challenges.listOpen(), []);
    journal.attested.put({ jobId: JOB, auditor: ACCOUNT, state: "opened" }, 30n);
    journal.challenges.rewind(25n);
    journal.attested.rewind(25n);
    assert.deepEqual(journal.challenges.listOpen(), [challenge]);
    assert.equal(journal.attested.listWaiting().length, 1);
    journal.challenges.rewind(10n);
    journal.attested.rewind(10n);
    assert.deepEqual([journal.challenges.listOpen(), journal.attested.listWaiting()], [[], []]);
  });

  it("never holds two different results for one job", () => {
    const result = { jobId: JOB, resultRoot: hash(1), outputDigest: hash(2), runtime: "r" };
    journal.results.record(result);
    journal.results.record(result);
    assert.throws(() => journal.results.record({ ...result, resultRoot: hash(3) }), { code: "RESULT_CONFLICT" });
    reopen();
    const database = new DatabaseSync(path);
    assert.throws(() => database.exec("UPDATE results SET result_root = 'x'"), /never changes/);
    assert.throws(() => database.exec("DELETE FROM results"), /never goes/);
    database.close();
    assert.equal(journal.results.get(JOB)?.resultRoot, hash(1));
  });

  it("writes all of a step or nothing", () => {
    addJob();
    const transaction = { hash: hash(7), nonce: 1, purpose: "reveal", raw: "0x02", jobIds: [JOB] } as const;
    assert.throws(
      () =>
        journal.atomic(() => {
          journal.transactions.record(transaction);
          journal.jobs.advance(JOB, "reveal-signed");
        }),
      { code: "JOB_STEP_NOT_ALLOWED" },
    );
    assert.deepEqual(journal.transactions.listUnmined(), []);
    assert.equal(journal.jobs.get(JOB)?.state, "assigned");
  });

  it("gives the same signed bytes back after a restart, by nonce", () => {
    journal.transactions.record({ hash: hash(8), nonce: 6, purpose: "settle", raw: "0x0202", jobIds: [] });
    journal.transactions.record({ hash: hash(7), nonce: 5, purpose: "reveal", raw: "0x0201", jobIds: [JOB] });
    reopen();
    assert.deepEqual(
      journal.transactions.listUnmined().map(({ nonce, raw }) => [nonce, raw]),
      [
        [5, "0x0201"],
        [6, "0x0202"],
      ],
    );
    journal.transactions.setState(hash(7), "mined", 12n);
    assert.deepEqual(
      journal.transactions.listUnmined().map(({ nonce }) => nonce),
      [6],
    );
    journal.transactions.unmineAbove(11n);
    assert.deepEqual(
      journal.transactions.listUnmined().map(({ nonce }) => nonce),
      [5, 6],
    );
  });

  it("marks what a reorganisation may have unsaid", () => {
    addJob(10n);
    journal.jobs.markAbove(10n);
    assert.deepEqual(journal.jobs.listMarked(), []);
    journal.jobs.markAbove(9n);
    assert.equal(journal.jobs.listMarked().length, 1);
    addJob(11n);
    assert.deepEqual(journal.jobs.listMarked(), [], "an event of the new chain settles it");
  });

  it("keeps quotes with their sizes", () => {
    const quote = { provider: ACCOUNT, jobId: JOB, price: 3n, collateral: 4n, expiry: 100n, nonce: 2 } as const;
    journal.quotes.put({ quote, signature: "0x01", spec: SPEC, sources: [], modelBytes: 9, inputBytes: undefined });
    reopen();
    assert.deepEqual(journal.quotes.get(JOB), {
      quote,
      signature: "0x01",
      spec: SPEC,
      sources: [],
      modelBytes: 9,
      inputBytes: undefined,
    });
    assert.equal(journal.quotes.countLive(100n), 1);
    assert.equal(journal.quotes.countLive(101n), 0);
    assert.deepEqual(journal.quotes.listStale(101n), [JOB]);
  });

  it("keeps the least sizes of a job's quotes, whichever of them is hired", () => {
    const quote = { provider: ACCOUNT, jobId: JOB, price: 3n, collateral: 4n, expiry: 100n, nonce: 2 } as const;
    const put = (price: bigint, modelBytes: number | undefined, inputBytes: number): void =>
      journal.quotes.put({
        quote: { ...quote, price },
        signature: "0x01",
        spec: SPEC,
        sources: [],
        modelBytes,
        inputBytes,
      });
    put(3n, 1, 8);
    put(9n, 1_000_000, 5);
    put(7n, undefined, 7);
    const kept = journal.quotes.get(JOB);
    assert.deepEqual([kept?.quote.price, kept?.modelBytes, kept?.inputBytes], [7n, 1, 5]);
  });

  it("refuses files that are no journal, and journals of a later version", () => {
    const other = join(directory, "other.sqlite");
    writeFileSync(other, "this is no database at all, just text that is long enough to be looked at");
    assert.throws(() => openJournal(other), { code: "JOURNAL_UNREADABLE" });
    const newer = join(directory, "newer.sqlite");
    openJournal(newer).close();
    const database = new DatabaseSync(newer);
    database.exec("PRAGMA user_version = 99");
    database.close();
    assert.throws(() => openJournal(newer), { code: "JOURNAL_TOO_NEW" });
  });
});
