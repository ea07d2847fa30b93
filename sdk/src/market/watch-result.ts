import type { Hex } from "viem";
import type { ChallengeOutcome } from "../assurance/move.ts";
import type { RerunItem } from "../assurance/rerun.ts";
import { isFinal } from "../chain/job-status.ts";
import { JobStatus } from "../chain/types.ts";
import { challengeJob } from "./challenge-job.ts";
import type { ChallengeOptions } from "./challenge-job.ts";
import type { ClientParts } from "./job-run.ts";
import { sleep } from "../chain/sleep.ts";
import { verifyJob } from "./verify-job.ts";
import type { VerifyOptions } from "./verify-job.ts";

export type WatchResultOptions = VerifyOptions & Omit<ChallengeOptions, "item" | "challenge" | "material">;

/** What came of watching a job. */
export interface WatchedResult {
  /** The items that were run again; missing where the job ended without a result. */
  readonly rerun?: readonly RerunItem[];
  /** The first that was wrong and how its challenge ended. */
  readonly wrong?: { readonly item: number; readonly outcome: ChallengeOutcome };
}

/**
 * Waits for a job's result, runs a sample of it again and challenges the first item that is wrong. Whoever has the inputs may watch.
 * @throws GliaError as `verifyJob` and `challengeJob`; `RESULT_MISMATCH` where the delivered bytes are not the revealed ones.
 */
export async function watchResult(
  parts: ClientParts,
  jobId: Hex,
  { rerun = {}, onProgress, downloadPatience, ...options }: WatchResultOptions = {},
): Promise<WatchedResult> {
  const { client, interval = 1_000 } = parts;
  for (;;) {
    options.signal?.throwIfAborted();
    const { status } = await client.statusOf(jobId);
    if (isFinal(status)) return {};
    if (status === JobStatus.Revealed) break;
    await sleep(interval, options.signal);
  }
  const verified = await verifyJob(parts, jobId, {
    rerun,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(downloadPatience === undefined ? {} : { downloadPatience }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { rerun: items = [] } = verified;
  const wrong = items.find(({ same }) => !same);
  if (wrong === undefined || verified.model.exact === undefined) return { rerun: items };
  const { outcome } = await challengeJob(parts, jobId, { ...options, item: wrong.item });
  return { rerun: items, wrong: { item: wrong.item, outcome } };
}
