import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import type { JobSpec } from "@glia/sdk";
import type { Hex } from "viem";

import { decodeList, decodeSpec, encode } from "./codec.ts";

/** A job that was posted to the auction. */
export interface AuctionRecord {
  readonly jobId: Hex;
  readonly spec: JobSpec;
  readonly sources: readonly string[];
  readonly block: bigint;
}

export type AuctionStore = ReturnType<typeof createAuctionStore>;

/** Posted jobs by id. Closed ones stay until they are forgotten: a `JobTaken` event of ours carries no spec of its own. */
export function createAuctionStore(database: DatabaseSync) {
  const put = database.prepare(
    "INSERT OR REPLACE INTO auctions (job_id, spec, sources, block, open) VALUES (?, ?, ?, ?, 1)",
  );
  const select = database.prepare("SELECT * FROM auctions WHERE job_id = ?");
  const open = database.prepare("SELECT * FROM auctions WHERE open = 1 ORDER BY block LIMIT ?");
  const close = database.prepare("UPDATE auctions SET open = 0 WHERE job_id = ?");
  const forget = database.prepare("DELETE FROM auctions WHERE open = 0 AND block < ?");
  const removeAbove = database.prepare("DELETE FROM auctions WHERE block > ?");

  return {
    put(auction: AuctionRecord): void {
      put.run(auction.jobId, encode(auction.spec), encode(auction.sources), auction.block);
    },
    get(jobId: Hex): AuctionRecord | undefined {
      const row = select.get(jobId);
      return row === undefined ? undefined : toRecord(row);
    },
    listOpen(limit: number): AuctionRecord[] {
      return open.all(limit).map(toRecord);
    },
    close(jobId: Hex): void {
      close.run(jobId);
    },
    /** Drops closed auctions that were posted below `block`. */
    forgetBelow(block: bigint): void {
      forget.run(block);
    },
    /** After a reorganisation: posts above `block` will be read again. */
    removeAbove(block: bigint): void {
      removeAbove.run(block);
    },
  };
}

function toRecord(row: Record<string, SQLOutputValue>): AuctionRecord {
  return {
    jobId: String(row["job_id"]) as Hex,
    spec: decodeSpec(row["spec"]),
    sources: decodeList(row["sources"]),
    block: BigInt(Number(row["block"])),
  };
}
