import { assuranceOf, type ContractCall, type MarketClient } from "@glia/sdk";
import type { Hex } from "viem";

import type { Sender } from "../../adapters/chain/sender.ts";
import type { CommitmentRecord } from "../../adapters/store/commitments.ts";
import type { JobRecord } from "../../adapters/store/jobs.ts";
import type { Journal } from "../../adapters/store/journal.ts";
import type { ResultRecord } from "../../adapters/store/results.ts";
import type { Logger } from "../../util/log.ts";
import { createLoop, type Loop } from "../../util/loop.ts";
import { hasLiveTransaction } from "../live-transaction.ts";
import { openingOf } from "./opening.ts";
import type { StableSeed } from "./stable-seed.ts";

export interface OpenerOptions {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly client: MarketClient;
  readonly stableSeed: StableSeed;
  /** What was, or after a lost journal would have been, committed to. */
  readonly commitmentOf: (result: ResultRecord) => CommitmentRecord;
  /** Item roots of a job's outputs. */
  readonly outputRoots: (job: JobRecord, outputDigest: Hex) => Promise<readonly Hex[]>;
  readonly pollMs: number;
  readonly log: Logger;
}

/** Opens commitments: at once where the lot spares the job, else after the auditors' time, drawing them once more if none came. */
export function createOpener(options: OpenerOptions): Loop {
  const { journal, sender, client, log } = options;
  const disowned = new Set<Hex>();

  async function open(record: JobRecord): Promise<void> {
    const { jobId, committedJob: job } = record;
    const result = journal.results.get(jobId);
    // After a lost journal the runner computes the result once more.
    if (job === undefined || result === undefined || disowned.has(jobId)) return;
    if (hasLiveTransaction(journal, jobId, "reveal")) {
      journal.jobs.advance(jobId, "open-signed");
      return;
    }
    const { commitment, salt } = options.commitmentOf(result);
    if (job.moduleData.toLowerCase() !== commitment.toLowerCase()) {
      disowned.add(jobId);
      log.error({ jobId, onChain: job.moduleData, recorded: commitment }, "the chain has another commitment than ours");
      return;
    }
    const assurance = await assuranceOf(client, job.module);
    const head = await client.publicClient.getBlockNumber({ cacheTime: 0 });
    const seed = await options.stableSeed(assurance, jobId, head);
    const { resultRoot, outputDigest } = result;
    const outputRoots = () => options.outputRoots(record, outputDigest);
    const { step, call, checked, attestations } = await openingOf(
      client,
      { jobId, job, resultRoot, outputDigest, salt, outputRoots },
      seed,
    );
    if (step === "missed") {
      journal.jobs.advance(jobId, "deadline-passed");
      log.error({ jobId }, "the reveal deadline passed before the committed result could be revealed");
    }
    if (call === undefined) return;
    if (step === "redraw") {
      await redraw(jobId, call);
      return;
    }
    await sender.submit({
      purpose: "reveal",
      jobIds: [jobId],
      call,
      onRecorded: () => void journal.jobs.advance(jobId, "open-signed"),
    });
    log.info({ jobId, checked, attestations }, "the committed result is revealed");
  }

  async function redraw(jobId: Hex, call: ContractCall): Promise<void> {
    if (hasLiveTransaction(journal, jobId, "redraw")) return;
    await sender.submit({ purpose: "redraw", jobIds: [jobId], call, onRecorded: () => undefined });
    log.info({ jobId }, "nobody attested; auditors are drawn once more");
  }

  return createLoop({
    name: "opener",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      for (const job of journal.jobs.listByState("committed")) {
        if (signal.aborted) return;
        try {
          await open(job);
        } catch (error) {
          log.warn({ jobId: job.jobId, err: error }, "opening the commitment will be tried again");
        }
      }
    },
  });
}
