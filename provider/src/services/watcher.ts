import {
  decodeAssuranceLog,
  decodeDisputesLog,
  decodeMarketLog,
  hashJob,
  JobStatus,
  type MarketClient,
} from "@glia/sdk";
import { type Address, isAddressEqual, type Log } from "viem";

import type { BlockRecord } from "../adapters/store/blocks.ts";
import { type LogSource, readLogs } from "../adapters/chain/read-logs.ts";
import type { Journal } from "../adapters/store/journal.ts";
import type { PointObserver } from "../domain/points.ts";
import type { Logger } from "../util/log.ts";
import { createLoop, type Loop } from "../util/loop.ts";
import { applyEvent, type Reached } from "./apply-events.ts";
import { applyAssuranceEvent, applyDisputesEvent } from "./apply-module-event.ts";
import { applyToAudits } from "./audit/apply-market-event.ts";
import { recheckAudits } from "./audit/recheck.ts";
import type { Modules } from "./modules.ts";

/** Closed auctions and finished audits are forgotten after this many blocks. */
const AUCTION_MEMORY = 50_000n;

export interface WatcherOptions {
  readonly client: MarketClient;
  readonly journal: Journal;
  readonly modules: Modules;
  readonly provider: Address;
  /** Whether other providers' audited jobs are taken up, to audit them. */
  readonly auditing: boolean;
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

/** Follows the events of the market, and of the assurance modules of its jobs, from the persisted cursor; the journal changes together with the cursor, or not at all. */
export function createWatcher(options: WatcherOptions): Loop {
  const { client, journal, modules, provider, log } = options;
  const source = logSource(client, modules);

  function applyLog(entry: Log): Reached[] {
    if (isAddressEqual(entry.address, client.deployment.market)) {
      const event = decodeMarketLog(entry);
      if (event === undefined) return [];
      applyToAudits(journal, provider, event, options.auditing);
      return applyEvent({ journal, provider, log }, event);
    }
    for (const { module, disputes } of modules.list()) {
      const context = { journal, provider, module };
      if (isAddressEqual(entry.address, module)) {
        const event = decodeAssuranceLog(entry);
        return event === undefined ? [] : applyAssuranceEvent(context, event);
      }
      if (isAddressEqual(entry.address, disputes)) {
        const event = decodeDisputesLog(entry);
        if (event !== undefined) applyDisputesEvent(context, event);
        return [];
      }
    }
    return [];
  }

  function apply(logs: readonly Log[], upTo: BlockRecord): void {
    const reached: Reached[] = [];
    journal.atomic(() => {
      for (const entry of logs) reached.push(...applyLog(entry));
      journal.blocks.put(upTo);
      journal.auctions.forgetBelow(upTo.number - AUCTION_MEMORY);
      journal.audits.forgetBelow(upTo.number - AUCTION_MEMORY);
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
      journal.audits.markAbove(number);
      // Their lots may be others now, though nothing that concerns them was taken back.
      for (const { jobId } of journal.audits.listByState("undrawn", "drawn"))
        journal.audits.advance(jobId, "committed-on-chain");
      journal.challenges.rewind(number);
      journal.attested.rewind(number);
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
      if (!signal.aborted) await recheckAudits(client, journal, provider);
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
      else if (
        status === JobStatus.Committed &&
        job.committedJob !== undefined &&
        jobHash === hashJob(job.committedJob) &&
        job.state !== "committed"
      )
        journal.jobs.advance(job.jobId, "committed-on-chain");
      else if (status === JobStatus.Assigned && jobHash === hashJob(job.assignedJob) && job.state !== "assigned") {
        journal.jobs.advance(job.jobId, "assigned-on-chain");
        if (journal.results.get(job.jobId) !== undefined) journal.jobs.advance(job.jobId, "result-recorded");
      }
      journal.jobs.unmark(job.jobId);
    });
  }
}

function logSource({ publicClient, deployment }: MarketClient, modules: Modules): LogSource {
  const logsOf = (fromBlock: bigint, toBlock: bigint): Promise<Log[]> => {
    const watched = modules.list().flatMap(({ module, disputes }) => [module, disputes]);
    return publicClient.getLogs({ address: [deployment.market, ...watched], fromBlock, toBlock });
  };
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
    async logs(fromBlock, toBlock) {
      const logs = await logsOf(fromBlock, toBlock);
      // What a module did before its first job concerns nobody here; from that job on nothing of it is missed.
      return (await modules.learn(logs)) ? logsOf(fromBlock, toBlock) : logs;
    },
  };
}
