import type { JobProgress, MarketClient, ProviderJobState, ResultStatement, SignedResult } from "@glia/sdk";
import { GliaError, JobStatus, signResultStatement } from "@glia/sdk";
import type { Hex, LocalAccount } from "viem";

import type { Journal } from "../../adapters/store/journal.ts";
import type { JobRecord } from "../../adapters/store/jobs.ts";
import type { JobState } from "../../domain/job-state.ts";
import type { JobActivity } from "../runner.ts";

/** What strangers see of a job's state; the work itself is told by the runner's activity. */
const STATES: Readonly<Record<JobState, ProviderJobState>> = {
  taking: "assigned",
  assigned: "assigned",
  fetched: "running",
  computed: "storing",
  committing: "storing",
  committed: "committed",
  opening: "revealing",
  revealing: "revealing",
  revealed: "revealed",
  settling: "revealed",
  rejecting: "rejected",
  missed: "failed",
  settled: "settled",
  rejected: "rejected",
  defaulted: "failed",
  refuted: "failed",
  lost: "failed",
};

/** States from which on the result is public. */
const PUBLIC_RESULT: ReadonlySet<JobState> = new Set(["revealed", "settling", "settled"]);

/** States in which everything is computed and nothing of it public. */
const COMPUTED: ReadonlySet<JobState> = new Set(["computed", "committing", "committed", "opening", "revealing"]);

export interface ProgressOptions {
  readonly journal: Journal;
  readonly operator: LocalAccount;
  readonly client: MarketClient;
  /** Runtime class for results that were recovered from the chain, without a record of the run. */
  readonly runtime: string;
  readonly activity: (jobId: Hex) => JobActivity | undefined;
}

/** Tells how far a job is; throws `JOB_UNKNOWN`. The signed result appears only once the reveal is on chain. */
export function createProgressReader({ journal, operator, client, runtime, activity }: ProgressOptions) {
  /** The buyer may see the reveal in a block that this node has yet to read. */
  async function isRevealed({ jobId, state }: JobRecord): Promise<boolean> {
    if (state !== "revealing" && state !== "opening") return PUBLIC_RESULT.has(state);
    const { status } = await client.statusOf(jobId);
    return status === JobStatus.Revealed || status === JobStatus.Settled;
  }

  async function signed(job: JobRecord): Promise<SignedResult | undefined> {
    const recorded = journal.results.get(job.jobId);
    const resultRoot = job.revealedJob?.resultRoot ?? recorded?.resultRoot;
    const outputDigest = job.revealedDigest ?? recorded?.outputDigest;
    if (resultRoot === undefined || outputDigest === undefined) return undefined;
    const statement: ResultStatement = {
      jobId: job.jobId,
      resultRoot,
      outputDigest,
      runtime: recorded?.runtime ?? runtime,
    };
    return { ...statement, signature: await signResultStatement(operator, statement, client.domain) };
  }

  return async (jobId: Hex): Promise<JobProgress> => {
    const job = journal.jobs.get(jobId);
    if (job === undefined) {
      const quote = journal.quotes.get(jobId);
      if (quote !== undefined) return { jobId, state: "quoted", itemsDone: 0, items: quote.spec.items };
      throw new GliaError("JOB_UNKNOWN", `This provider knows no job ${jobId}`, { kind: "input" });
    }
    const doing = activity(jobId);
    const finished = PUBLIC_RESULT.has(job.state) || COMPUTED.has(job.state);
    const revealed = await isRevealed(job);
    const result = revealed ? await signed(job) : undefined;
    return {
      jobId,
      state: doing?.phase ?? (revealed && COMPUTED.has(job.state) ? "revealed" : STATES[job.state]),
      itemsDone: finished ? job.spec.items : (doing?.itemsDone ?? 0),
      items: job.spec.items,
      ...(job.error === undefined
        ? {}
        : { error: { code: "JOB_FAILED", kind: "refused", message: job.error } as const }),
      ...(result === undefined ? {} : { result }),
    };
  };
}
