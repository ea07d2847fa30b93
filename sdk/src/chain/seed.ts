import { BaseError, ContractFunctionRevertedError, zeroHash } from "viem";
import type { Hex } from "viem";
import { headerBeaconAbi as abi } from "./abis.ts";
import type { AssuranceClient } from "./assurance-client.ts";
import { readHeader } from "./block-header.ts";
import { explainRevert } from "./errors/explain-revert.ts";
import type { MarketClient } from "./market-client.ts";

/** The lot of one committed job. `proof` is what the module's calls take as seed proof. */
export type SeedState =
  /** The job is not committed, or the beacon's point has not come. */
  | { readonly state: "waiting" }
  | { readonly state: "ready"; readonly seed: Hex; readonly proof: Hex }
  /** Nobody captured it in time: the job counts as checked, and nobody is drawn. */
  | { readonly state: "lost" };

/**
 * The seed of a committed job: as the module captured it, or as its beacon tells it now, with the proof which that asks for.
 * @throws GliaError as reads do.
 */
export async function seedOf(client: MarketClient, assurance: AssuranceClient, jobId: Hex): Promise<SeedState> {
  const { seed, seedPoint } = await assurance.auditOf(jobId);
  if (seed !== zeroHash) return { state: "ready", seed, proof: "0x" };
  if (seedPoint === 0n) return { state: "waiting" };
  const plain = await ask(client, assurance, seedPoint, "0x");
  if (plain !== "InvalidSeedProof") return plain;
  // A beacon that is proven by headers: the point is the number of the block.
  const proven = await ask(client, assurance, seedPoint, await readHeader(client.publicClient, seedPoint));
  return proven === "InvalidSeedProof" ? { state: "waiting" } : proven;
}

async function ask(
  { publicClient }: MarketClient,
  { beacon }: AssuranceClient,
  point: bigint,
  proof: Hex,
): Promise<SeedState | "InvalidSeedProof"> {
  try {
    const args = [point, proof] as const;
    const seed = await publicClient.readContract({ address: beacon, abi, functionName: "seed", args });
    return seed === zeroHash ? { state: "lost" } : { state: "ready", seed, proof };
  } catch (error) {
    const name = revertName(error);
    if (name === "SeedNotReady") return { state: "waiting" };
    if (name === "InvalidSeedProof") return name;
    throw explainRevert(error);
  }
}

function revertName(error: unknown): string | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  return reverted instanceof ContractFunctionRevertedError ? reverted.data?.errorName : undefined;
}
