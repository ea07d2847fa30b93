import { AssuranceLevel, chainTime, moduleRevealCall, revealCall, unpackTerms } from "@glia/sdk";
import { type Address, type PublicClient, zeroAddress, zeroHash } from "viem";

import type { Sender } from "../adapters/chain/sender.ts";
import type { JobRecord } from "../adapters/store/jobs.ts";
import type { Journal } from "../adapters/store/journal.ts";
import type { ResultRecord } from "../adapters/store/results.ts";
import type { Logger } from "../util/log.ts";
import { createLoop, type Loop } from "../util/loop.ts";
import { hasLiveTransaction } from "./live-transaction.ts";

export interface RevealerOptions {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly publicClient: PublicClient;
  readonly market: Address;
  readonly pollMs: number;
  /** Keeps what a watchtower would answer challenges with, of a job on an exact model. */
  readonly watch: (job: JobRecord, result: ResultRecord) => Promise<void>;
  readonly log: Logger;
}

/** Publishes recorded results of jobs that need no commitment. The result comes from the journal alone, so whatever is signed again is the same result. */
export function createRevealer(options: RevealerOptions): Loop {
  const { journal, sender, publicClient, market, log } = options;

  /** A job on an exact model is revealed through its module, so that it can be challenged. */
  function callOf({ jobId, assignedJob }: JobRecord, { resultRoot, outputDigest }: ResultRecord) {
    const ref = { id: jobId, job: assignedJob };
    if (assignedJob.module === zeroAddress) return revealCall(market, ref, resultRoot, outputDigest);
    const nothing = { salt: zeroHash, sampledRoots: [], siblings: [], seedProof: "0x" } as const;
    return moduleRevealCall(assignedJob.module, ref, { resultRoot, outputDigest, ...nothing });
  }

  async function reveal(job: JobRecord): Promise<void> {
    const { jobId } = job;
    const result = journal.results.get(jobId);
    if (result === undefined) throw new Error(`job ${jobId} is computed but has no result`);
    if (hasLiveTransaction(journal, jobId, "reveal")) {
      journal.jobs.advance(jobId, "reveal-signed");
      return;
    }
    if ((await chainTime(publicClient)) > BigInt(unpackTerms(job.assignedJob.terms).deadline)) {
      journal.jobs.advance(jobId, "deadline-passed");
      log.error({ jobId }, "the execution deadline passed before the result could be revealed");
      return;
    }
    if (job.assignedJob.module !== zeroAddress) await options.watch(job, result);
    await sender.submit({
      purpose: "reveal",
      jobIds: [jobId],
      call: callOf(job, result),
      onRecorded: () => void journal.jobs.advance(jobId, "reveal-signed"),
    });
  }

  return createLoop({
    name: "revealer",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      for (const job of journal.jobs.listByState("computed")) {
        if (signal.aborted) return;
        if (job.spec.level === AssuranceLevel.Audited) continue;
        try {
          await reveal(job);
        } catch (error) {
          log.warn({ jobId: job.jobId, err: error }, "the reveal will be tried again");
        }
      }
    },
  });
}
