import type { Address, PublicClient } from "viem";
import type { ContractCall } from "./contract-call.ts";
import { explainRevert } from "./errors/explain-revert.ts";

/** What a transaction may cost in the chain's native coin. */
export interface CallCost {
  /** Gas limit: the estimate and a quarter more. */
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
      publicClient.estimateGas({ account, to, data, value }),
      publicClient.estimateFeesPerGas(),
      publicClient.getBlock({ blockTag: "latest" }),
    ]);
    const gas = estimate + estimate / 4n;
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
