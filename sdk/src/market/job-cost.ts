import type { MarketClient } from "../chain/market-client.ts";
import type { JobSpec, Quote } from "../chain/types.ts";

/** Gas of a job's steps for the buyer, as measured for an account's first job, rounded up; the exact figure comes before each signature. */
const HIRE_GAS = 115_000n;
const DEPOSIT_GAS = 130_000n;
const ACCEPT_GAS = 80_000n;

/** What a job will cost its payer in all. */
export interface JobCost {
  /** Token units for the provider, the protocol fee in it included. */
  readonly price: bigint;
  /** Token units for auditors. */
  readonly auditPot: bigint;
  /** Token units in all. */
  readonly tokens: bigint;
  /** Gas of hiring and accepting, roughly. */
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
  const gas = HIRE_GAS + ACCEPT_GAS + (balance < tokens ? DEPOSIT_GAS : 0n);
  return { price: quote.price, auditPot: spec.auditPot, tokens, gas, gasCost: gas * fees.maxFeePerGas };
}
