import type { JobProgress, MarketDomain, ProviderJobState, ResultStatement, SignedResult } from "@glia/sdk";
import { GliaError, signResultStatement } from "@glia/sdk";
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

export interface ProgressOptions {
  readonly journal: Journal;
  readonly operator: LocalAccount;
  readonly domain: MarketDomain;
  /** Runtime class for results that were recovered from the chain, without a record of the run. */
  readonly runtime: string;
  readonly activity: (jobId: Hex) => JobActivity | undefined;
}

/** Tells how far a job is; throws `JOB_UNKNOWN`. The signed result appears only once the reveal is on chain. */
export function createProgressReader({ journal, operator, domain, runtime, activity }: ProgressOptions) {
  async function signed(job: JobRecord): Promise<SignedResult | undefined> {
    const resultRoot = job.revealedJob?.resultRoot;
    if (!PUBLIC_RESULT.has(job.state) || resultRoot === undefined || job.revealedDigest === undefined) return undefined;
    const statement: ResultStatement = {
      jobId: job.jobId,
      resultRoot,
      outputDigest: job.revealedDigest,
      runtime: journal.results.get(job.jobId)?.runtime ?? runtime,
    };
    return { ...statement, signature: await signResultStatement(operator, statement, domain) };
  }

  return async (jobId: Hex): Promise<JobProgress> => {
    const job = journal.jobs.get(jobId);
    if (job === undefined) {
      const quote = journal.quotes.get(jobId);
      if (quote !== undefined) return { jobId, state: "quoted", itemsDone: 0, items: quote.spec.items };
      throw new GliaError("JOB_UNKNOWN", `This provider knows no job ${jobId}`, { kind: "input" });
    }
    const doing = activity(jobId);
    const finished = PUBLIC_RESULT.has(job.state) || job.state === "computed" || job.state === "revealing";
    const result = await signed(job);
    return {
      jobId,
      state: doing?.phase ?? STATES[job.state],
      itemsDone: finished ? job.spec.items : (doing?.itemsDone ?? 0),
      items: job.spec.items,
      ...(job.error === undefined ? {} : { error: { code: "JOB_FAILED", kind: "refused", message: job.error } as const }),
      ...(result === undefined ? {} : { result }),
    };
  };
}
