import type { Hex } from "viem";
import { chainTime } from "../chain/chain-time.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { unpackTerms } from "../chain/terms.ts";
import { JobStatus } from "../chain/types.ts";
import type { Job } from "../chain/types.ts";
import { jobProgressSchema } from "./api.ts";
import type { JobProgress } from "./api.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { EndpointPolicy } from "./endpoint.ts";
import { askProvider } from "./provider-http.ts";
import { sleep } from "../chain/sleep.ts";

/** How a job stands: what the chain says, and what its provider says about the work. */
export interface JobUpdate {
  readonly status: JobStatus;
  /** Missing while the provider does not answer. */
  readonly progress?: JobProgress;
  /** The present state's deadline has passed: whoever waits may end the job. */
  readonly overdue: boolean;
}

export interface WatchOptions extends EndpointPolicy {
  /** The provider's base URL; without it only the chain is watched. */
  readonly endpoint?: string;
  /** The job's present struct; with it, the present state's deadline is watched. */
  readonly job?: Job;
  /** Milliseconds between looks; 1,000 by default. */
  readonly interval?: number;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

/**
 * Follows a job until it is revealed, final or overdue; yields first at once, then on every change. The chain decides; a provider
 * that does not answer is asked again.
 */
export async function* watchJob(
  client: MarketClient,
  jobId: Hex,
  options: WatchOptions = {},
): AsyncGenerator<JobUpdate, void, undefined> {
  const { interval = 1_000, signal } = options;
  const deadline = options.job === undefined ? undefined : BigInt(unpackTerms(options.job.terms).deadline);
  let last = "";
  let first: JobStatus | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const { status } = await client.statusOf(jobId);
    const waiting = status === JobStatus.Open || status === JobStatus.Assigned || status === JobStatus.Committed;
    first ??= status;
    // Another state has another deadline, which the given struct does not know.
    const overdue =
      waiting && status === first && deadline !== undefined && (await chainTime(client.publicClient)) > deadline;
    const progress = await readProgress(jobId, options);
    const update: JobUpdate = { status, overdue, ...(progress === undefined ? {} : { progress }) };
    const seen = JSON.stringify(update);
    if (seen !== last) yield update;
    last = seen;
    if (!waiting || overdue) return;
    await sleep(interval, signal);
  }
}

/** The provider's word about one job; undefined where it cannot be had. */
export async function readProgress(
  jobId: Hex,
  { endpoint, allowPrivate, fetch, signal }: WatchOptions,
): Promise<JobProgress | undefined> {
  if (endpoint === undefined) return undefined;
  try {
    const progress = await askProvider(jobProgressSchema, {
      endpoint: parseEndpoint(endpoint, { allowPrivate: allowPrivate ?? false }),
      path: `v1/jobs/${jobId}`,
      timeout: 3_000,
      ...(fetch === undefined ? {} : { fetch }),
      ...(signal === undefined ? {} : { signal }),
    });
    return progress.jobId === jobId ? progress : undefined;
  } catch {
    // The chain is the truth; progress is a courtesy that may fail.
    signal?.throwIfAborted();
    return undefined;
  }
}
