import type { DatabaseSync } from "node:sqlite";

import type { JobSpec, Quote } from "@glia/sdk";
import type { Hex } from "viem";

import { decodeList, decodeSpec, encode } from "./codec.ts";

/** A quote that this node signed, with what it needs to run the job if it is hired. */
export interface QuoteRecord {
  readonly quote: Quote;
  readonly signature: Hex;
  readonly spec: JobSpec;
  /** Where the buyer says the bytes are. */
  readonly sources: readonly string[];
  /** Sizes that the price was made for, in bytes; undefined where they were not declared. */
  readonly modelBytes: number | undefined;
  readonly inputBytes: number | undefined;
}

export type QuoteStore = ReturnType<typeof createQuoteStore>;

/**
 * Quotes by job id; the latest of each job is kept, with the least sizes that any was made for: the buyer may hire with
 * an earlier one.
 */
export function createQuoteStore(database: DatabaseSync) {
  const put = database.prepare(
    `INSERT OR REPLACE INTO quotes (job_id, provider, spec, sources, price, collateral, nonce, expiry, model_bytes, input_bytes, signature)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const get = database.prepare("SELECT * FROM quotes WHERE job_id = ?");
  const live = database.prepare(
    "SELECT COUNT(*) AS n FROM quotes WHERE expiry >= ? AND job_id NOT IN (SELECT job_id FROM jobs)",
  );
  const stale = database.prepare(
    "SELECT job_id FROM quotes WHERE expiry < ? AND job_id NOT IN (SELECT job_id FROM jobs) LIMIT 1000",
  );
  const since = database.prepare("SELECT spec FROM quotes WHERE expiry >= ?");
  const remove = database.prepare("DELETE FROM quotes WHERE job_id = ?");

  return {
    put({ quote, signature, spec, sources, modelBytes, inputBytes }: QuoteRecord): void {
      const earlier = get.get(quote.jobId);
      put.run(
        quote.jobId,
        quote.provider,
        encode(spec),
        encode(sources),
        quote.price.toString(),
        quote.collateral.toString(),
        quote.nonce,
        quote.expiry,
        least(modelBytes, earlier?.["model_bytes"]),
        least(inputBytes, earlier?.["input_bytes"]),
        signature,
      );
    },
    get(jobId: Hex): QuoteRecord | undefined {
      const row = get.get(jobId);
      if (row === undefined) return undefined;
      const quote: Quote = {
        provider: String(row["provider"]) as Hex,
        jobId,
        price: BigInt(String(row["price"])),
        collateral: BigInt(String(row["collateral"])),
        expiry: BigInt(Number(row["expiry"])),
        nonce: Number(row["nonce"]),
      };
      return {
        quote,
        signature: String(row["signature"]) as Hex,
        spec: decodeSpec(row["spec"]),
        sources: decodeList(row["sources"]),
        modelBytes: row["model_bytes"] === null ? undefined : Number(row["model_bytes"]),
        inputBytes: row["input_bytes"] === null ? undefined : Number(row["input_bytes"]),
      };
    },
    /** How many quotes that nobody hired yet are still valid at Unix second `time`. */
    countLive(time: bigint): number {
      return Number(live.get(time)?.["n"] ?? 0);
    },
    /** Job ids of quotes that expired before Unix second `time` without being hired; at most 1,000. */
    listStale(time: bigint): Hex[] {
      return stale.all(time).map((row) => String(row["job_id"]) as Hex);
    },
    /** Specs of all quotes that were valid at or after Unix second `time`. */
    listSince(time: bigint): JobSpec[] {
      return since.all(time).map((row) => decodeSpec(row["spec"]));
    },
    remove(jobId: Hex): void {
      remove.run(jobId);
    },
  };
}

/** The smaller of two sizes, of which either may be missing. */
function least(size: number | undefined, stored: unknown): number | null {
  if (typeof stored !== "number") return size ?? null;
  return size === undefined ? stored : Math.min(size, stored);
}
