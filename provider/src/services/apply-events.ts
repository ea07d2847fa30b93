import { jobAfter, type MarketEvent } from "@glia/sdk";
import type { Address, Hex } from "viem";

import type { Journal } from "../adapters/store/journal.ts";
import type { JobPoint } from "../domain/points.ts";
import type { Logger } from "../util/log.ts";
import { splitSources } from "./split-sources.ts";

/** A point that a job reached, to be told once the journal has it. */
export type Reached = readonly [JobPoint, Hex];

export interface ApplyContext {
  readonly journal: Journal;
  readonly provider: Address;
  readonly log: Logger;
}

/**
 * Writes what one event of the market says about our jobs, and about open auctions, into the journal. Applying an event
 * again changes nothing. Call it inside `journal.atomic`, together with the cursor.
 * @returns the points that this event took jobs to.
 */
export function applyEvent(context: ApplyContext, event: MarketEvent): Reached[] {
  const { journal, log } = context;
  const block = event.blockNumber;
  switch (event.eventName) {
    case "JobPosted": {
      const { jobId, spec, sources } = event.args;
      journal.auctions.put({ jobId, spec, sources: splitSources(sources), block });
      return [];
    }
    case "JobCancelled":
    case "JobExpired":
      journal.auctions.close(event.args.jobId);
      return end(context, event.args.jobId, "vanished", block);
    case "JobAssigned":
    case "JobTaken":
      return assign(context, event);
    case "JobCommitted": {
      const { jobId, job } = event.args;
      if (journal.jobs.get(jobId) === undefined) return [];
      journal.jobs.setCommitted(jobId, job);
      return end(context, jobId, "committed-on-chain", block, "committed");
    }
    case "ModuleDataSet":
      journal.jobs.setModuleData(event.args.jobId, event.args.moduleData);
      return [];
    case "JobRevealed": {
      const { jobId, outputDigest, resultRoot } = event.args;
      const known = journal.jobs.get(jobId);
      const before = known?.committedJob ?? known?.assignedJob;
      // The module wrote into the struct in the same transaction, see ModuleDataSet.
      const moduleData = known?.moduleData ?? before?.moduleData;
      const job =
        before === undefined || moduleData === undefined ? undefined : jobAfter({ ...before, moduleData }, event);
      if (job === undefined) return [];
      const result = journal.results.get(jobId);
      if (result !== undefined && result.resultRoot !== resultRoot) {
        log.error(
          { jobId, onChain: resultRoot, recorded: result.resultRoot },
          "the chain has another result than we recorded; the chain wins",
        );
      }
      journal.jobs.setRevealed(jobId, job, outputDigest);
      return end(context, jobId, "revealed-on-chain", block, "reveal-mined");
    }
    case "JobRejected":
      return end(context, event.args.jobId, "rejected-on-chain", block, "rejected");
    case "JobSettled": {
      const { jobId, paid } = event.args;
      journal.jobs.setPaid(jobId, paid);
      return end(context, jobId, "settled-on-chain", block, "settled");
    }
    case "JobDefaulted":
      return end(context, event.args.jobId, "defaulted-on-chain", block);
    case "JobRefuted":
      return end(context, event.args.jobId, "refuted-on-chain", block);
    default:
      return [];
  }
}

function end(
  { journal }: ApplyContext,
  jobId: Hex,
  fact:
    | "vanished"
    | "committed-on-chain"
    | "revealed-on-chain"
    | "rejected-on-chain"
    | "settled-on-chain"
    | "defaulted-on-chain"
    | "refuted-on-chain",
  block: bigint,
  point?: JobPoint,
): Reached[] {
  if (journal.jobs.get(jobId) === undefined) return [];
  journal.jobs.advance(jobId, fact);
  journal.jobs.setBlock(jobId, block);
  return point === undefined ? [] : [[point, jobId]];
}

function assign(
  { journal, provider, log }: ApplyContext,
  event: Extract<MarketEvent, { eventName: "JobAssigned" | "JobTaken" }>,
): Reached[] {
  const { jobId } = event.args;
  const auction = journal.auctions.get(jobId);
  journal.auctions.close(jobId);
  const known = journal.jobs.get(jobId);
  if (event.args.provider !== provider) {
    if (known !== undefined) journal.jobs.advance(jobId, "vanished");
    return [];
  }
  const job = jobAfter(undefined, event);
  const spec = event.eventName === "JobAssigned" ? event.args.spec : (auction?.spec ?? known?.spec);
  if (spec === undefined || job === undefined) {
    log.error(
      { jobId },
      "a job that we took was never posted in the blocks that were read: set fromBlock to an earlier block",
    );
    return [];
  }
  const sources = auction?.sources ?? journal.quotes.get(jobId)?.sources ?? known?.sources ?? [];
  journal.jobs.upsert({ jobId, spec, sources, assignedJob: job, block: event.blockNumber }, "assigned");
  journal.jobs.advance(jobId, "assigned-on-chain");
  if (journal.results.get(jobId) !== undefined) journal.jobs.advance(jobId, "result-recorded");
  return [["hire-seen", jobId]];
}
