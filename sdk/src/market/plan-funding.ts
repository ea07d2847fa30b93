import type { MarketClient } from "../chain/market-client.ts";
import type { JobSpec } from "../chain/types.ts";
import { GliaError } from "../errors.ts";

export interface FundingOptions {
  /** Token units to have in the Vault for later jobs besides this one; zero by default. */
  readonly extraDeposit?: bigint;
  /** The market's new allowance in token units where the present one is too small; the job's own cost by default. */
  readonly allowance?: bigint;
}

/** What must happen in the Vault so that a job can be paid. */
export interface FundingPlan {
  /** Token units to deposit; zero where the balance suffices. */
  readonly deposit: bigint;
  /** Allowance to set, in token units; zero where the present one suffices. */
  readonly allowance: bigint;
}

/**
 * Compares what a job costs with the payer's Vault balance, allowance and wallet.
 * @throws GliaError `INSUFFICIENT_TOKENS` with all amounts.
 */
export async function planFunding(
  client: MarketClient,
  { payer, token }: Pick<JobSpec, "payer" | "token">,
  cost: bigint,
  { extraDeposit = 0n, allowance = cost }: FundingOptions = {},
): Promise<FundingPlan> {
  const [balance, allowed, wallet] = await Promise.all([
    client.vaultBalance(payer, token),
    client.vaultAllowance(payer, token),
    client.walletBalance(payer, token),
  ]);
  const needed = cost + extraDeposit;
  const deposit = balance >= cost ? 0n : needed - balance;
  if (deposit > wallet) {
    throw new GliaError(
      "INSUFFICIENT_TOKENS",
      `${payer} has ${balance} token units in the Vault and ${wallet} in its wallet; this job needs ${needed}.`,
      {
        kind: "funds",
        hint: `Get ${deposit - wallet} more units of the token ${token}, or choose a cheaper offer.`,
        details: { token, vault: balance.toString(), wallet: wallet.toString(), needed: needed.toString() },
      },
    );
  }
  return { deposit, allowance: allowed >= cost ? 0n : allowance < cost ? cost : allowance };
}
