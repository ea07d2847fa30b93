import type { PublicClient } from "viem";

/**
 * The time at which a transaction sent now would run, in Unix seconds: the pending block's timestamp, or the latest one's
 * where the RPC has no pending block. Wall clocks and idle development chains differ; deadlines follow the chain.
 */
export async function chainTime(publicClient: Pick<PublicClient, "getBlock">): Promise<bigint> {
  const latest = await publicClient.getBlock({ blockTag: "latest" });
  try {
    const pending = await publicClient.getBlock({ blockTag: "pending" });
    return pending.timestamp > latest.timestamp ? pending.timestamp : latest.timestamp;
  } catch {
    // Some RPCs serve no pending block; the latest one is then the best that is known.
    return latest.timestamp;
  }
}
