import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import { GliaError, type Job, type JobSpec } from "@glia/sdk";
import type { Hex } from "viem";

import { advance, isFinished, JOB_STATES, type JobEvent, type JobState } from "../../domain/job-state.ts";
import { decodeJob, decodeList, decodeSpec, encode } from "./codec.ts";

/** A job as the journal knows it. */
export interface JobRecord {
  readonly jobId: Hex;
  readonly state: JobState;
  readonly spec: JobSpec;
  readonly sources: readonly string[];
  /** The chain's struct as of the assignment; what `reveal` and `reject` refer to. */
  readonly assignedJob: Job;
  /** The chain's struct as of the commitment of an audited job. */
  readonly committedJob: Job | undefined;
  /** What the job's module last wrote into its struct. */
  readonly moduleData: Hex | undefined;
  /** The chain's struct as of the reveal; what `settle` refers to. */
  readonly revealedJob: Job | undefined;
  readonly revealedDigest: Hex | undefined;
  /** Number of the last block that said something about the job. */
  readonly block: bigint;
  /** Why the job could not be done, for people; already safe to show. */
  readonly error: string | undefined;
  /** Token units credited at settlement. */
  readonly paid: bigint | undefined;
}

const UNFINISHED = JOB_STATES.filter((state) => !isFinished(state));

export type JobStore = ReturnType<typeof createJobStore>;

/** Jobs by id; every change of state goes through the state machine. */
export function createJobStore(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO jobs (job_id, state, spec, sources, assigned_job, block) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (job_id) DO UPDATE SET assigned_job = excluded.assigned_job, block = excluded.block, recheck = 0`,
  );
  const select = database.prepare("SELECT * FROM jobs WHERE job_id = ?");
  const setState = database.prepare("UPDATE jobs SET state = ? WHERE job_id = ?");
  const setBlock = database.prepare("UPDATE jobs SET block = ?, recheck = 0 WHERE job_id = ?");
  const setRevealed = database.prepare("UPDATE jobs SET revealed_job = ?, revealed_digest = ? WHERE job_id = ?");
  const setCommitted = database.prepare("UPDATE jobs SET committed_job = ? WHERE job_id = ?");
  const setModuleData = database.prepare("UPDATE jobs SET module_data = ? WHERE job_id = ?");
  const setError = database.prepare("UPDATE jobs SET error = ? WHERE job_id = ?");
  const setPaid = database.prepare("UPDATE jobs SET paid = ? WHERE job_id = ?");
  const markAbove = database.prepare("UPDATE jobs SET recheck = 1 WHERE block > ?");
  const marked = database.prepare("SELECT * FROM jobs WHERE recheck = 1 LIMIT 1000");
  const unmark = database.prepare("UPDATE jobs SET recheck = 0 WHERE job_id = ?");
  const recent = database.prepare("SELECT * FROM jobs ORDER BY block DESC LIMIT ?");
  const counts = database.prepare("SELECT state, COUNT(*) AS n FROM jobs GROUP BY state");

  function get(jobId: Hex): JobRecord | undefined {
    const row = select.get(jobId);
    return row === undefined ? undefined : toRecord(row);
  }

  return {
    get,
    /** Adds a job, or gives a known one a new struct of assignment; the state of a known job stays. */
    upsert(job: Pick<JobRecord, "jobId" | "spec" | "sources" | "assignedJob" | "block">, state: JobState): void {
      insert.run(job.jobId, state, encode(job.spec), encode(job.sources), encode(job.assignedJob), job.block);
    },
    /** Moves a job; throws `JOB_STEP_NOT_ALLOWED` for a step that its state forbids and `JOB_UNKNOWN` for a job that is not here. */
    advance(jobId: Hex, event: JobEvent): JobState {
      const row = select.get(jobId);
      if (row === undefined)
        throw new GliaError("JOB_UNKNOWN", `Job ${jobId} is not in the journal`, { kind: "input" });
      const state = advance(row["state"] as JobState, event);
      setState.run(state, jobId);
      return state;
    },
    setCommitted(jobId: Hex, job: Job): void {
      setCommitted.run(encode(job), jobId);
    },
    setModuleData(jobId: Hex, moduleData: Hex): void {
      setModuleData.run(moduleData, jobId);
    },
    setRevealed(jobId: Hex, job: Job, outputDigest: Hex): void {
      setRevealed.run(encode(job), outputDigest, jobId);
    },
    setBlock(jobId: Hex, block: bigint): void {
      setBlock.run(block, jobId);
    },
    setError(jobId: Hex, error: string | undefined): void {
      setError.run(error ?? null, jobId);
    },
    setPaid(jobId: Hex, paid: bigint): void {
      setPaid.run(paid.toString(), jobId);
    },
    /** Marks every job that a block above `block` said something about: a reorganisation may have unsaid it. */
    markAbove(block: bigint): void {
      markAbove.run(block);
    },
    listMarked(): JobRecord[] {
      return marked.all().map(toRecord);
    },
    unmark(jobId: Hex): void {
      unmark.run(jobId);
    },
    /** Jobs in one of `states`, oldest first. */
    listByState(...states: readonly JobState[]): JobRecord[] {
      const marks = states.map(() => "?").join(",");
      return database
        .prepare(`SELECT * FROM jobs WHERE state IN (${marks}) ORDER BY block, job_id`)
        .all(...states)
        .map(toRecord);
    },
    listUnfinished(): JobRecord[] {
      return this.listByState(...UNFINISHED);
    },
    /** The jobs that the chain spoke of last, newest first. */
    listRecent(limit: number): JobRecord[] {
      return recent.all(limit).map(toRecord);
    },
    /** How many jobs are in each state. */
    counts(): Partial<Record<JobState, number>> {
      return Object.fromEntries(counts.all().map((row) => [String(row["state"]), Number(row["n"])]));
    },
  };
}

function toRecord(row: Record<string, SQLOutputValue>): JobRecord {
  return {
    jobId: String(row["job_id"]) as Hex,
    state: row["state"] as JobState,
    spec: decodeSpec(row["spec"]),
    sources: decodeList(row["sources"]),
    assignedJob: decodeJob(row["assigned_job"]),
    committedJob: row["committed_job"] === null ? undefined : decodeJob(row["committed_job"]),
    moduleData: row["module_data"] === null ? undefined : (String(row["module_data"]) as Hex),
    revealedJob: row["revealed_job"] === null ? undefined : decodeJob(row["revealed_job"]),
    revealedDigest: row["revealed_digest"] === null ? undefined : (String(row["revealed_digest"]) as Hex),
    block: BigInt(Number(row["block"])),
    error: row["error"] === null ? undefined : String(row["error"]),
    paid: row["paid"] === null ? undefined : BigInt(String(row["paid"])),
  };
}
