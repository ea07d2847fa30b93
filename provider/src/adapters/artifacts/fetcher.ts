import { type BlockPeer, type ContentStore, digestToCid, fetchContent, GliaError } from "@glia/sdk";
import type { Hex } from "viem";

import { Impossible } from "../../domain/reject-reason.ts";

export interface FetcherOptions {
  readonly store: ContentStore;
  /** A fetch that refuses addresses which strangers must not reach. */
  readonly fetch: typeof globalThis.fetch;
  /** For sources that are multiaddrs; they are refused without it. */
  readonly peer: BlockPeer | undefined;
  /** Gateways asked after the job's own sources. */
  readonly gateways: readonly string[];
  /** Longest time for one file, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Makes files local by their digest: what is here stays, what is missing comes from the job's sources and the configured
 * gateways, block by block and each verified; what came is kept for the next try.
 */
export function createFetcher({ store, fetch, peer, gateways, timeoutMs }: FetcherOptions) {
  return async (digest: Hex, sources: readonly string[], maxBytes: number, signal: AbortSignal): Promise<void> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      await fetchContent(digestToCid(digest), [...sources, ...gateways], store, {
        fetch,
        ...(peer === undefined ? {} : { peer }),
        maxBytes,
        pin: true,
        signal: AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) {
        throw new GliaError("FETCH_TIMEOUT", `Fetching took longer than ${timeoutMs} ms`, {
          kind: "timeout",
          retryable: true,
          cause: error,
        });
      }
      if (!(error instanceof GliaError)) throw error;
      if (error.code === "CONTENT_TOO_LARGE") throw new Impossible("CONTENT_TOO_LARGE", error.message, error);
      if (error.code === "CONTENT_MALFORMED") throw new Impossible("INPUT_MALFORMED", error.message, error);
      throw error;
    }
  };
}
