import { type AssuranceClient, type MarketClient, seedOf, type SeedState } from "@glia/sdk";
import type { Hex } from "viem";

/** How a lot stands as far as this node relies on it. */
export type StableSeed = (assurance: AssuranceClient, jobId: Hex, head: bigint) => Promise<SeedState>;

/**
 * Reads lots, and relies on one only after `confirmations` further blocks in which it stayed the same: whoever reveals or attests by a lot that a
 * reorganisation then changes has given its answer away, or sworn to the wrong sample.
 */
export function createStableSeed(client: MarketClient, confirmations: bigint): StableSeed {
  const seen = new Map<Hex, { readonly seed: Hex; readonly since: bigint }>();
  return async (assurance, jobId, head) => {
    const state = await seedOf(client, assurance, jobId);
    if (state.state !== "ready") {
      seen.delete(jobId);
      return state;
    }
    const known = seen.get(jobId);
    if (known?.seed !== state.seed || known.since > head) seen.set(jobId, { seed: state.seed, since: head });
    const since = seen.get(jobId)?.since ?? head;
    if (head < since + confirmations) return { state: "waiting" };
    return state;
  };
}
