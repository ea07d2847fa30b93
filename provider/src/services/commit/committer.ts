import { AssuranceLevel, chainTime, commitCall, type MarketClient, resultCommitment, unpackTerms } from "@glia/sdk";
import type { Address, Hex } from "viem";

import type { Sender } from "../../adapters/chain/sender.ts";
import type { JobRecord } from "../../adapters/store/jobs.ts";
import type { Journal } from "../../adapters/store/journal.ts";
import type { WatchRecord } from "../../adapters/store/watch-records.ts";
import { saltOf } from "../../adapters/keystore/salts.ts";
import type { Logger } from "../../util/log.ts";
import { createLoop, type Loop } from "../../util/loop.ts";
import { hasLiveTransaction } from "../live-transaction.ts";

export interface CommitterOptions {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly client: MarketClient;
  readonly provider: Address;
  /** The node's, from which salts follow. */
  readonly secret: Hex;
  readonly pollMs: number;
  readonly log: Logger;
  /** Item roots of a job's outputs. */
  readonly outputRoots: (job: JobRecord, outputDigest: Hex) => Promise<readonly Hex[]>;
  /** Keeps what a watchtower would reveal with. */
  readonly watch: (record: WatchRecord) => void;
}

/**
 * Commits to recorded results of audited jobs. Commitment and salt are journalled before anything is signed, and follow from the result and
 * the node's secret alone: whatever is signed again is the same commitment.
 */
export function createCommitter(options: CommitterOptions): Loop {
  const { journal, sender, client, provider, log } = options;

  async function commit(job: JobRecord): Promise<void> {
    const { jobId, spec, assignedJob } = job;
    const result = journal.results.get(jobId);
    if (result === undefined) throw new Error(`job ${jobId} is computed but has no result`);
    if (hasLiveTransaction(journal, jobId, "commit")) {
      journal.jobs.advance(jobId, "commit-signed");
      return;
    }
    if ((await chainTime(client.publicClient)) > BigInt(unpackTerms(assignedJob.terms).deadline)) {
      journal.jobs.advance(jobId, "deadline-passed");
      log.error({ jobId }, "the execution deadline passed before the result could be committed to");
      return;
    }
    const { resultRoot, outputDigest } = result;
    const salt = saltOf(options.secret, "commit", client.domain, jobId);
    const commitment = resultCommitment({ jobId, provider, resultRoot, outputDigest, salt });
    journal.commitments.record({ jobId, commitment, salt });
    const outputRoots = await options.outputRoots(job, outputDigest);
    options.watch({ jobId, provider, module: assignedJob.module, resultRoot, outputDigest, salt, outputRoots });
    await sender.submit({
      purpose: "commit",
      jobIds: [jobId],
      call: commitCall(assignedJob.module, { spec, job: assignedJob, commitment }),
      onRecorded: () => void journal.jobs.advance(jobId, "commit-signed"),
    });
  }

  return createLoop({
    name: "committer",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      for (const job of journal.jobs.listByState("computed")) {
        if (signal.aborted) return;
        if (job.spec.level !== AssuranceLevel.Audited) continue;
        try {
          await commit(job);
        } catch (error) {
          log.warn({ jobId: job.jobId, err: error }, "the commitment will be tried again");
        }
      }
    },
  });
}
