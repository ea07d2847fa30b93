import { chainTime, GliaError, type MarketClient, openJob, takeCall } from "@glia/sdk";
import { type Address, zeroHash } from "viem";

import type { Sender } from "../adapters/chain/sender.ts";
import type { AuctionRecord } from "../adapters/store/auctions.ts";
import type { Journal } from "../adapters/store/journal.ts";
import { decideBid } from "../domain/auction.ts";
import { withMargin } from "../domain/pricing.ts";
import type { Logger } from "../util/log.ts";
import { createLoop, type Loop } from "../util/loop.ts";
import type { Offerer } from "./offerer.ts";

/** Open auctions looked at in one step. */
const LOOKED_AT = 200;

export interface BidderOptions {
  readonly journal: Journal;
  readonly client: MarketClient;
  readonly sender: Sender;
  readonly provider: Address;
  readonly offerer: Offerer;
  readonly marginBps: number;
  /** Whether no new jobs are wanted at the moment. */
  readonly isPaused: () => boolean;
  readonly pollMs: number;
  readonly log: Logger;
}

/**
 * Takes posted jobs when the rising price reaches the price list plus margin. Jobs that name no source, or admit chosen providers only, are left alone.
 * What this node will never take is closed at once: posting costs little, and only the oldest open auctions are looked at.
 */
export function createBidder(options: BidderOptions): Loop {
  const { journal, client, sender, provider, offerer, log } = options;
  const { market } = client.deployment;

  async function consider(auction: AuctionRecord, now: bigint): Promise<void> {
    const { jobId, spec, sources } = auction;
    if (sources.length === 0 || spec.allowedProviders !== zeroHash || now > spec.auctionEnd) {
      journal.auctions.close(jobId);
      return;
    }
    const offer = await offerer.offer(spec, { modelBytes: undefined, inputBytes: undefined });
    const decision = decideBid(spec, now, withMargin(offer.price, options.marginBps));
    if (decision === "over") journal.auctions.close(jobId);
    if (decision !== "take") return;
    await sender.submit({
      purpose: "take",
      jobIds: [jobId],
      call: takeCall(market, { spec, provider, collateral: offer.collateral }),
      onRecorded() {
        journal.auctions.close(jobId);
        journal.jobs.upsert({ jobId, spec, sources, assignedJob: openJob(spec), block: auction.block }, "taking");
      },
    });
  }

  return createLoop({
    name: "bidder",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      const open = options.isPaused() ? [] : journal.auctions.listOpen(LOOKED_AT);
      if (open.length === 0) return;
      const now = await chainTime(client.publicClient);
      for (const auction of open) {
        if (signal.aborted) return;
        try {
          await consider(auction, now);
        } catch (error) {
          const retryable = !(error instanceof GliaError) || error.retryable;
          if (!retryable) journal.auctions.close(auction.jobId);
          log.info({ jobId: auction.jobId, retryable, err: error }, "an auction is not for us");
        }
      }
    },
  });
}
