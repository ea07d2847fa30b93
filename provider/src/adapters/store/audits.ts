import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import { GliaError, type Job, type JobSpec } from "@glia/sdk";
import type { Hex } from "viem";

import {
  advanceAudit,
  AUDIT_STATES,
  type AuditEvent,
  type AuditState,
  isAuditFinished,
} from "../../domain/audit-state.ts";
import { decodeJob, decodeList, decodeSpec, encode } from "./codec.ts";

/** Another provider's audited job as this auditor's journal knows it. */
export interface AuditRecord {
  readonly jobId: Hex;
  readonly state: AuditState;
  readonly spec: JobSpec;
  /** Where the buyer says the bytes are. */
  readonly sources: readonly string[];
  /** The chain's struct as of the last event. */
  readonly job: Job;
  /** Item roots of the sample that the provider revealed; undefined before. */
  readonly reveal: readonly Hex[] | undefined;
  /** The seed that our attestation was made under. */
  readonly seed: Hex | undefined;
  /** The first sampled item whose revealed root is not ours; undefined if there is none, or it is not known yet. */
  readonly differs: number | undefined;
  readonly block: bigint;
  readonly error: string | undefined;
}

/** What this auditor attests of one job under one seed; kept for ever. */
export interface AttestationRecord {
  readonly jobId: Hex;
  readonly seed: Hex;
  /** Item roots of the sampled outputs, in the sample's order. */
  readonly roots: readonly Hex[];
  readonly salt: Hex;
}

const UNFINISHED = AUDIT_STATES.filter((state) => !isAuditFinished(state));

export type AuditStore = ReturnType<typeof createAuditStore>;

/** Audits by job id; every change of state goes through the state machine. */
export function createAuditStore(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO audits (job_id, state, spec, sources, job, block) VALUES (?, 'seen', ?, ?, ?, ?)
     ON CONFLICT (job_id) DO UPDATE SET job = excluded.job, block = excluded.block, recheck = 0`,
  );
  const select = database.prepare("SELECT * FROM audits WHERE job_id = ?");
  const setState = database.prepare("UPDATE audits SET state = ? WHERE job_id = ?");
  const setJob = database.prepare("UPDATE audits SET job = ?, block = ?, recheck = 0 WHERE job_id = ?");
  const setBlock = database.prepare("UPDATE audits SET block = ? WHERE job_id = ?");
  const setReveal = database.prepare("UPDATE audits SET reveal = ? WHERE job_id = ?");
  const setSeed = database.prepare("UPDATE audits SET seed = ? WHERE job_id = ?");
  const setDiffers = database.prepare("UPDATE audits SET differs = ? WHERE job_id = ?");
  const setDisputed = database.prepare("UPDATE audits SET disputed = 1 WHERE job_id = ?");
  const differing = database.prepare("SELECT * FROM audits WHERE differs IS NOT NULL AND disputed = 0 ORDER BY block");
  const setError = database.prepare("UPDATE audits SET error = ? WHERE job_id = ?");
  const markAbove = database.prepare("UPDATE audits SET recheck = 1, disputed = 0 WHERE block > ?");
  const marked = database.prepare("SELECT * FROM audits WHERE recheck = 1 LIMIT 1000");
  const unmark = database.prepare("UPDATE audits SET recheck = 0 WHERE job_id = ?");
  const counts = database.prepare("SELECT state, COUNT(*) AS n FROM audits GROUP BY state");
  const forget = database.prepare(
    "DELETE FROM audits WHERE state IN ('passed', 'closed') AND (differs IS NULL OR disputed = 1) AND block < ?",
  );
  const attest = database.prepare("INSERT INTO attestations (job_id, seed, roots, salt) VALUES (?, ?, ?, ?)");
  const attestation = database.prepare("SELECT * FROM attestations WHERE job_id = ? AND seed = ?");

  const attestations = database.prepare("SELECT * FROM attestations WHERE job_id = ?");

  function getAttestation(jobId: Hex, seed: Hex): AttestationRecord | undefined {
    const row = attestation.get(jobId, seed);
    return row === undefined ? undefined : toAttestation(row);
  }

  return {
    get(jobId: Hex): AuditRecord | undefined {
      const row = select.get(jobId);
      return row === undefined ? undefined : toRecord(row);
    },
    /** Adds a job that a provider was assigned; the state of a known one stays. */
    upsert(audit: Pick<AuditRecord, "jobId" | "spec" | "sources" | "job" | "block">): void {
      insert.run(audit.jobId, encode(audit.spec), encode(audit.sources), encode(audit.job), audit.block);
    },
    /** Moves an audit; throws `AUDIT_STEP_NOT_ALLOWED` and `JOB_UNKNOWN`. */
    advance(jobId: Hex, event: AuditEvent): AuditState {
      const row = select.get(jobId);
      if (row === undefined)
        throw new GliaError("JOB_UNKNOWN", `Job ${jobId} is not among the audits`, { kind: "input" });
      const state = advanceAudit(row["state"] as AuditState, event);
      setState.run(state, jobId);
      return state;
    },
    setJob(jobId: Hex, job: Job, block: bigint): void {
      setJob.run(encode(job), block, jobId);
    },
    setBlock(jobId: Hex, block: bigint): void {
      setBlock.run(block, jobId);
    },
    setReveal(jobId: Hex, roots: readonly Hex[]): void {
      setReveal.run(encode(roots), jobId);
    },
    setDiffers(jobId: Hex, item: number | undefined): void {
      setDiffers.run(item ?? null, jobId);
    },
    /** Notes that the dispute about a difference is over, however it ended. */
    setDisputed(jobId: Hex): void {
      setDisputed.run(jobId);
    },
    /** Audits whose revealed result is not ours, and whose dispute is not over. */
    listDiffering(): AuditRecord[] {
      return differing.all().map(toRecord);
    },
    setError(jobId: Hex, error: string | undefined): void {
      setError.run(error ?? null, jobId);
    },
    /** Records what will be attested; the same again is harmless, anything else under the same seed throws `ATTESTATION_CONFLICT`. */
    recordAttestation(record: AttestationRecord): void {
      const recorded = getAttestation(record.jobId, record.seed);
      if (recorded === undefined) attest.run(record.jobId, record.seed, encode(record.roots), record.salt);
      else if (encode(recorded) !== encode(record)) {
        throw new GliaError(
          "ATTESTATION_CONFLICT",
          `Job ${record.jobId} already has a different recorded attestation; the recorded one stands`,
          { kind: "internal", details: { recorded, record } },
        );
      }
      setSeed.run(record.seed, record.jobId);
    },
    attestation: getAttestation,
    /** All that was ever recorded of a job: one for each seed that the chain drew, of which a reorganisation leaves the last. */
    listAttestations(jobId: Hex): AttestationRecord[] {
      return attestations.all(jobId).map(toAttestation);
    },
    markAbove(block: bigint): void {
      markAbove.run(block);
    },
    listMarked(): AuditRecord[] {
      return marked.all().map(toRecord);
    },
    unmark(jobId: Hex): void {
      unmark.run(jobId);
    },
    /** Audits in one of `states`, oldest first. */
    listByState(...states: readonly AuditState[]): AuditRecord[] {
      const marks = states.map(() => "?").join(",");
      return database
        .prepare(`SELECT * FROM audits WHERE state IN (${marks}) ORDER BY block, job_id`)
        .all(...states)
        .map(toRecord);
    },
    listUnfinished(): AuditRecord[] {
      return this.listByState(...UNFINISHED);
    },
    counts(): Partial<Record<AuditState, number>> {
      return Object.fromEntries(counts.all().map((row) => [String(row["state"]), Number(row["n"])]));
    },
    /** Drops finished audits of which the chain last spoke below `block`. */
    forgetBelow(block: bigint): void {
      forget.run(block);
    },
  };
}

function toAttestation(row: Record<string, SQLOutputValue>): AttestationRecord {
  return {
    jobId: String(row["job_id"]) as Hex,
    seed: String(row["seed"]) as Hex,
    roots: decodeList(row["roots"]) as Hex[],
    salt: String(row["salt"]) as Hex,
  };
}

function toRecord(row: Record<string, SQLOutputValue>): AuditRecord {
  return {
    jobId: String(row["job_id"]) as Hex,
    state: row["state"] as AuditState,
    spec: decodeSpec(row["spec"]),
    sources: decodeList(row["sources"]),
    job: decodeJob(row["job"]),
    reveal: row["reveal"] === null ? undefined : (decodeList(row["reveal"]) as Hex[]),
    seed: row["seed"] === null ? undefined : (String(row["seed"]) as Hex),
    differs: row["differs"] === null ? undefined : Number(row["differs"]),
    block: BigInt(Number(row["block"])),
    error: row["error"] === null ? undefined : String(row["error"]),
  };
}
