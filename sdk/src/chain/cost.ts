import type { Address, PublicClient } from "viem";
import type { ContractCall } from "./contract-call.ts";
import { explainRevert } from "./errors/explain-revert.ts";
import { simulated } from "./simulated.ts";

/** What a transaction may cost in the chain's native coin. */
export interface CallCost {
  /** Gas limit: the estimate and a margin; what is not used is not paid. */
  readonly gas: bigint;
  /** Wei per gas, at most. */
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  /** Wei in all, at most: gas × maxFeePerGas and the value that goes along. */
  readonly total: bigint;
  /** Wei in all, as it looks now: without margins. */
  readonly likely: bigint;
}

/**
 * Gas for two new checkpoints of votes (OpenZeppelin's Checkpoints, a zero word and a length each). Moving GLIA writes them if the
 * second is a new one, which the estimate cannot know: it runs in the second of the block before.
 */
const CHECKPOINTS = 60_000n;

/**
 * Runs the call against the latest state and prices it. Nothing is signed or sent.
 * @throws GliaError with the contract's own refusal, if it would refuse.
 */
export async function estimateCall(
  publicClient: PublicClient,
  account: Address,
  call: ContractCall,
): Promise<CallCost> {
  try {
    const { to, data, value = 0n } = call;
    const [estimate, fees, block] = await Promise.all([
      simulated(() => publicClient.estimateGas({ account, to, data, value })),
      publicClient.estimateFeesPerGas(),
      publicClient.getBlock({ blockTag: "latest" }),
    ]);
    const gas = estimate + estimate / 4n + CHECKPOINTS;
    const { maxFeePerGas, maxPriorityFeePerGas } = fees;
    const now = (block.baseFeePerGas ?? maxFeePerGas) + maxPriorityFeePerGas;
    return {
      gas,
      maxFeePerGas,
      maxPriorityFeePerGas,
      total: gas * maxFeePerGas + value,
      likely: estimate * (now < maxFeePerGas ? now : maxFeePerGas) + value,
    };
  } catch (error) {
    throw explainRevert(error);
  }
}
