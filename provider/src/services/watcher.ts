import { decodeMarketLog, hashJob, JobStatus, type MarketClient } from "@glia/sdk";
import type { Log } from "viem";

import type { BlockRecord } from "../adapters/store/blocks.ts";
import { type LogSource, readLogs } from "../adapters/chain/read-logs.ts";
import type { Journal } from "../adapters/store/journal.ts";
import type { PointObserver } from "../domain/points.ts";
import type { Logger } from "../util/log.ts";
import { createLoop, type Loop } from "../util/loop.ts";
import { applyEvent, type Reached } from "./apply-events.ts";

/** Closed auctions are forgotten after this many blocks. */
const AUCTION_MEMORY = 50_000n;

export interface WatcherOptions {
  readonly client: MarketClient;
  readonly journal: Journal;
  readonly provider: `0x${string}`;
  readonly fromBlock: bigint;
  readonly range: bigint;
  readonly confirmations: bigint;
  readonly pollMs: number;
  readonly log: Logger;
  readonly onPoint: PointObserver;
  /** Told after each look at the chain, with the newest block read. */
  readonly onRead: (head: bigint | undefined) => void;
  readonly onStep: (error: unknown) => void;
}

/** Follows the market's events from the persisted cursor; the journal changes together with the cursor, or not at all. */
export function createWatcher(options: WatcherOptions): Loop {
  const { client, journal, provider, log } = options;
  const source = logSource(client);

  function apply(logs: readonly Log[], upTo: BlockRecord): void {
    const reached: Reached[] = [];
    journal.atomic(() => {
      for (const entry of logs) {
        const event = decodeMarketLog(entry);
        if (event !== undefined) reached.push(...applyEvent({ journal, provider, log }, event));
      }
      journal.blocks.put(upTo);
      journal.auctions.forgetBelow(upTo.number - AUCTION_MEMORY);
    });
    for (const [point, jobId] of reached) {
      log.info({ jobId, point, block: upTo.number }, "seen on chain");
      options.onPoint(point, jobId);
    }
  }

  function rewind(number: bigint): void {
    log.warn({ to: number }, "the chain was reorganised; reading again");
    journal.atomic(() => {
      journal.blocks.removeAbove(number);
      journal.jobs.markAbove(number);
      journal.auctions.removeAbove(number);
      journal.transactions.unmineAbove(number);
    });
  }

  return createLoop({
    name: "watcher",
    intervalMs: options.pollMs,
    log,
    onStep: options.onStep,
    async step(signal) {
      const head = await readLogs({
        source,
        fromBlock: options.fromBlock,
        range: options.range,
        confirmations: options.confirmations,
        known: () => journal.blocks.list(),
        onBatch: ({ logs, upTo }) => apply(logs, upTo),
        onRewind: rewind,
        signal,
      });
      if (!signal.aborted) await recheck(client, journal);
      options.onRead(head);
    },
  });
}

/** After a reorganisation: jobs that the new chain did not speak of again take the chain's own status. */
async function recheck(client: MarketClient, journal: Journal): Promise<void> {
  for (const job of journal.jobs.listMarked()) {
    const { status, jobHash } = await client.statusOf(job.jobId);
    journal.atomic(() => {
      if (status === JobStatus.None || status === JobStatus.Open) journal.jobs.advance(job.jobId, "vanished");
      else if (status === JobStatus.Assigned && jobHash === hashJob(job.assignedJob) && job.state !== "assigned") {
        journal.jobs.advance(job.jobId, "assigned-on-chain");
        if (journal.results.get(job.jobId) !== undefined) journal.jobs.advance(job.jobId, "result-recorded");
      }
      journal.jobs.unmark(job.jobId);
    });
  }
}

function logSource({ publicClient, deployment }: MarketClient): LogSource {
  return {
    head: () => publicClient.getBlockNumber({ cacheTime: 0 }),
    async block(number) {
      try {
        const { hash, parentHash } = await publicClient.getBlock({ blockNumber: number });
        return { number, hash, parentHash };
      } catch (error) {
        if (error instanceof Error && error.name === "BlockNotFoundError") return undefined;
        throw error;
      }
    },
    logs: (fromBlock, toBlock) => publicClient.getLogs({ address: deployment.market, fromBlock, toBlock }),
  };
}
