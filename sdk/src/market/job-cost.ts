import { buyerGas, DEPOSIT_GAS } from "../assurance/buyer-gas.ts";
import type { MarketClient } from "../chain/market-client.ts";
import type { JobSpec, Quote } from "../chain/types.ts";

/** What a job will cost its payer in all. */
export interface JobCost {
  /** Token units for the provider, the protocol fee in it included. */
  readonly price: bigint;
  /** Token units for auditors. */
  readonly auditPot: bigint;
  /** Token units in all. */
  readonly tokens: bigint;
  /** Gas of hiring and accepting at the job's level, roughly; the exact figure comes before each signature. */
  readonly gas: bigint;
  /** Wei of the native coin for that gas at the present fee. */
  readonly gasCost: bigint;
}

/** Estimates a job's total cost, gas included, before anything is signed. */
export async function estimateJobCost(
  client: MarketClient,
  spec: JobSpec,
  quote: Pick<Quote, "price">,
): Promise<JobCost> {
  const tokens = quote.price + spec.auditPot;
  const [fees, balance] = await Promise.all([
    client.publicClient.estimateFeesPerGas(),
    client.vaultBalance(spec.payer, spec.token),
  ]);
  const gas = buyerGas(spec) + (balance < tokens ? DEPOSIT_GAS : 0n);
  return { price: quote.price, auditPot: spec.auditPot, tokens, gas, gasCost: gas * fees.maxFeePerGas };
}
