import { chainTime, settleManyCall, unpackTerms } from "@glia/sdk";
import type { Address, PublicClient } from "viem";

import type { Sender } from "../adapters/chain/sender.ts";
import type { JobRecord } from "../adapters/store/jobs.ts";
import type { Journal } from "../adapters/store/journal.ts";
import type { Logger } from "../util/log.ts";
import { createLoop, type Loop } from "../util/loop.ts";

/** Jobs in one `settleMany`; well below the contract's bound and the block's gas. */
const BATCH = 50;

export interface SettlerOptions {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly publicClient: PublicClient;
  readonly market: Address;
  readonly pollMs: number;
  readonly log: Logger;
}

/** Collects the pay for revealed jobs once their challenge window is over. */
export function createSettler(options: SettlerOptions): Loop {
  const { journal, sender, publicClient, market, log } = options;

  /** `settleMany` skips what it cannot settle: what is not settled although its transaction was read goes back. */
  function takeBackSkipped(): void {
    const read = journal.blocks.last()?.number ?? -1n;
    for (const { jobId } of journal.jobs.listByState("settling")) {
      const pending = journal.transactions
        .listOfJob(jobId, "settle")
        .some(
          ({ state, block }) => state === "signed" || state === "sent" || (state === "mined" && (block ?? 0n) > read),
        );
      if (!pending) journal.jobs.advance(jobId, "settle-failed");
    }
  }

  return createLoop({
    name: "settler",
    intervalMs: options.pollMs,
    log,
    async step() {
      takeBackSkipped();
      const waiting = journal.jobs.listByState("revealed");
      if (waiting.length === 0) return;
      const now = await chainTime(publicClient);
      const due = waiting.filter((job) => settleTime(job) < now).slice(0, BATCH);
      if (due.length === 0) return;
      await sender.submit({
        purpose: "settle",
        jobIds: due.map(({ jobId }) => jobId),
        call: settleManyCall(
          market,
          due.map((job) => ({ id: job.jobId, job: job.revealedJob ?? job.assignedJob })),
        ),
        onRecorded() {
          for (const { jobId } of due) journal.jobs.advance(jobId, "settle-signed");
        },
      });
    },
  });
}

/** Unix second after which anyone may settle. */
function settleTime(job: JobRecord): bigint {
  return BigInt(unpackTerms((job.revealedJob ?? job.assignedJob).terms).deadline);
}
