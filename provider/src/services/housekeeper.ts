import { cidToDigest, type ContentStore, type ServedSet } from "@glia/sdk";
import { type Hex, zeroAddress } from "viem";

import type { Journal } from "../adapters/store/journal.ts";
import { isFinished, JOB_STATES } from "../domain/job-state.ts";
import type { Logger } from "../util/log.ts";
import { createLoop, type Loop } from "../util/loop.ts";

/** Seconds after a quote's expiry for which its uploaded bytes are kept. */
const QUOTE_MEMORY = 3_600n;

export interface HousekeeperOptions {
  readonly journal: Journal;
  readonly store: ContentStore;
  readonly served: ServedSet;
  readonly intervalMs: number;
  /** Seconds for which an output stays served after its settlement was read. */
  readonly keepOutputSeconds: number;
  /** Whether the chain was read to its head; before that a journal that was lost does not yet know what is needed. */
  readonly isCaughtUp: () => boolean;
  /** Chain time, in Unix seconds. */
  readonly now: () => Promise<bigint>;
  /** Told of jobs that are over, and need no watchtower any more. */
  readonly forget: (jobId: Hex) => void;
  readonly log: Logger;
}

/**
 * Keeps the store as small as the journal allows: pinned stays what an unfinished job or a recent quote needs, and outputs
 * that are still served. Nothing else survives the collection.
 */
export function createHousekeeper(options: HousekeeperOptions): Loop {
  const { journal, store, served, log } = options;

  function needed(now: bigint): Set<Hex> {
    const digests = new Set<Hex>();
    for (const job of journal.jobs.listByState(...JOB_STATES)) {
      const result = journal.results.get(job.jobId);
      const output = job.revealedDigest ?? result?.outputDigest;
      if (!isFinished(job.state)) {
        digests.add(job.spec.modelDigest).add(job.spec.inputDigest);
        if (output !== undefined) digests.add(output);
      } else if (job.state === "settled" && output !== undefined && !isOld(job.jobId, now)) digests.add(output);
    }
    for (const { spec } of [...journal.audits.listUnfinished(), ...journal.audits.listDiffering()])
      digests.add(spec.modelDigest).add(spec.inputDigest);
    for (const quote of journal.quotes.listSince(now - QUOTE_MEMORY))
      digests.add(quote.modelDigest).add(quote.inputDigest);
    return digests;
  }

  /** The clock of keeping an output starts when this node first saw the job settled. */
  function isOld(jobId: Hex, now: bigint): boolean {
    const key = `settled:${jobId}`;
    const since = journal.settings.get(key);
    if (since === undefined) journal.settings.put(key, now.toString());
    return since !== undefined && BigInt(since) + BigInt(options.keepOutputSeconds) < now;
  }

  return createLoop({
    name: "housekeeper",
    intervalMs: options.intervalMs,
    log,
    async step(signal) {
      if (!options.isCaughtUp()) return;
      const now = await options.now();
      for (const jobId of journal.quotes.listStale(now - QUOTE_MEMORY)) journal.quotes.remove(jobId);
      for (const { jobId, assignedJob } of journal.jobs.listByState(...JOB_STATES.filter(isFinished)))
        if (assignedJob.module !== zeroAddress) options.forget(jobId);
      const keep = needed(now);
      let dropped = 0;
      for (const root of await store.pins()) {
        if (signal.aborted) return;
        if (keep.has(cidToDigest(root))) continue;
        served.remove(root);
        await store.unpin(root);
        dropped += 1;
      }
      const { removed } = await store.gc();
      if (dropped > 0 || removed > 0)
        log.info({ files: dropped, blocks: removed }, "collected content that nothing needs");
    },
  });
}
