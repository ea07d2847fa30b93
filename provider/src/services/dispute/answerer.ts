import { isFinal, type MarketClient, responderMoves, type SendMove } from "@glia/sdk";
import type { Hex } from "viem";

import type { Sender } from "../../adapters/chain/sender.ts";
import type { JobRecord } from "../../adapters/store/jobs.ts";
import type { Journal } from "../../adapters/store/journal.ts";
import type { Logger } from "../../util/log.ts";
import { createLoop, type Loop } from "../../util/loop.ts";
import type { EvidenceDesk } from "./evidence-desk.ts";

export interface AnswererOptions {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly client: MarketClient;
  readonly evidence: EvidenceDesk;
  readonly pollMs: number;
  readonly log: Logger;
  /** Told of each answer, by what it answers. */
  readonly onAnswer: (what: string) => void;
}

/**
 * Answers everything that is asked on chain about this node's revealed jobs. What to answer follows from the chain and the job's material
 * alone; a transaction that is under way is not made a second time. Silence loses the collateral: whatever fails is tried again at each look.
 */
export function createAnswerer(options: AnswererOptions): Loop {
  const { journal, sender, client, log } = options;

  async function answer(job: JobRecord, signal: AbortSignal): Promise<void> {
    const { jobId } = job;
    const { status } = await client.statusOf(jobId);
    if (isFinal(status)) {
      journal.challenges.closeJob(jobId);
      return;
    }
    const outputDigest = job.revealedDigest ?? journal.results.get(jobId)?.outputDigest;
    const material = await options.evidence.material(job, outputDigest);
    for (const move of await responderMoves({ client, jobId, material, signal })) {
      if (signal.aborted) return;
      if (move.do === "stuck") log.error({ jobId, move: move.key, until: move.until, err: move.error }, "an answer that is owed cannot be made"); // prettier-ignore
      if (move.do === "send") await send(jobId, move);
    }
  }

  async function send(jobId: Hex, { key, call, why, until }: SendMove): Promise<void> {
    if (journal.transactions.isLive("answer", key)) return;
    try {
      await sender.submit({ purpose: "answer", jobIds: [jobId], subject: key, call, onRecorded: () => undefined });
      log.warn({ jobId, move: key, until, why }, "answers on chain");
      options.onAnswer(/ (\w+)(?: \d+)?$/.exec(key)?.[1] ?? key);
    } catch (error) {
      // The other questions of the job are answered all the same.
      log.warn({ jobId, move: key, until, err: error }, "an answer will be tried again");
    }
  }

  return createLoop({
    name: "answerer",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      const asked = new Set(journal.challenges.listOpen().map(({ jobId }) => jobId));
      for (const jobId of asked) {
        if (signal.aborted) return;
        const job = journal.jobs.get(jobId);
        if (job === undefined) continue;
        try {
          await answer(job, signal);
        } catch (error) {
          log.warn({ jobId, err: error }, "what is asked about a job will be looked at again");
        }
      }
    },
  });
}
