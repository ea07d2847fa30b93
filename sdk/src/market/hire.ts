import type { TransactionReceipt } from "viem";
import { chainTime } from "../chain/chain-time.ts";
import type { ContractCall } from "../chain/contract-call.ts";
import { encodeHireData } from "../chain/hire-data.ts";
import { hireCall } from "../chain/market-calls.ts";
import type { SignedSponsorship } from "../chain/market-calls.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { sendCall } from "../chain/send-call.ts";
import type { SendOptions } from "../chain/send-call.ts";
import { EMPTY_PERMIT, signPermit } from "../chain/sign-permit.ts";
import type { JobSpec } from "../chain/types.ts";
import { approveCall, depositAndCallCall } from "../chain/vault-calls.ts";
import { planFunding } from "./plan-funding.ts";
import type { FundingOptions, FundingPlan } from "./plan-funding.ts";
import type { Offer } from "./request-quotes.ts";

export interface HireOptions extends FundingOptions {
  /** Who else pays, within what it signed; its own Vault balance and allowance are used. */
  readonly sponsor?: SignedSponsorship;
  /** Watches each transaction; `hire` is sent last, after an approval where the token needs one. */
  readonly hooks?: (call: ContractCall) => SendOptions;
}

/** Seconds for which a permit is good. */
const PERMIT_LIFE = 1_800n;

/**
 * Hires the offer's provider. Whatever the Vault lacks is deposited, and the market's allowance set, in the same transaction;
 * only tokens without permits, and contract wallets, need an approval before.
 * @throws GliaError `INSUFFICIENT_TOKENS` and {@link sendCall}'s; balances stay as they were unless the last transaction went through.
 */
export async function hire(
  client: MarketClient,
  spec: JobSpec,
  offer: Pick<Offer, "quote" | "signature">,
  options: HireOptions = {},
): Promise<TransactionReceipt> {
  const { market } = client.deployment;
  const { quote, signature } = offer;
  const send = (call: ContractCall): Promise<TransactionReceipt> => sendCall(client, call, options.hooks?.(call));
  if (options.sponsor !== undefined) {
    return send(hireCall(market, { spec, quote, signature, sponsor: options.sponsor }));
  }
  const plan = await planFunding(client, spec, quote.price + spec.auditPot, options);
  if (plan.deposit === 0n && plan.allowance === 0n) return send(hireCall(market, { spec, quote, signature }));
  const permit = await permitFor(client, spec, plan, send);
  return send(
    depositAndCallCall(client.deployment.vault, {
      token: spec.token,
      amount: plan.deposit,
      permit,
      market,
      allowance: plan.allowance,
      data: encodeHireData(spec, quote, signature),
      what: plan.deposit === 0n ? "allow and hire the provider" : "deposit and hire the provider",
    }),
  );
}

/** A signed permit, or none where an approval (made here, if it is missing) or nothing is needed. */
async function permitFor(
  client: MarketClient,
  spec: JobSpec,
  { deposit }: FundingPlan,
  send: (call: ContractCall) => Promise<TransactionReceipt>,
): Promise<typeof EMPTY_PERMIT> {
  const { vault } = client.deployment;
  if (deposit === 0n) return EMPTY_PERMIT;
  if ((await client.vaultApproval(spec.payer, spec.token)) >= deposit) return EMPTY_PERMIT;
  const permit = await signPermit({
    publicClient: client.publicClient,
    signer: client.requireWallet(),
    owner: spec.payer,
    token: spec.token,
    spender: vault,
    value: deposit,
    deadline: (await chainTime(client.publicClient)) + PERMIT_LIFE,
  });
  if (permit !== undefined) return permit;
  await send(approveCall(spec.token, vault, deposit));
  return EMPTY_PERMIT;
}
