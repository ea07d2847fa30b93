import type { Hex, TransactionReceipt } from "viem";
import { chainTime } from "../chain/chain-time.ts";
import type { ContractCall } from "../chain/contract-call.ts";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import { postCall } from "../chain/market-calls.ts";
import type { SignedSponsorship } from "../chain/market-calls.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { sendCall } from "../chain/send-call.ts";
import type { SendOptions } from "../chain/send-call.ts";
import type { JobSpec } from "../chain/types.ts";
import { allowCall, approveCall, depositCall } from "../chain/vault-calls.ts";
import { GliaError } from "../errors.ts";
import { checkAuction } from "./check-spec.ts";
import { planFunding } from "./plan-funding.ts";

/** The market's limit for `sources`, in bytes. */
const MAX_SOURCES = 1_024;

/**
 * Posts a rising-price auction; the highest price and the audit pot are escrowed. Deposits and allows first where the Vault lacks it.
 * @param sources Gateway URLs or multiaddrs where providers find the bytes.
 */
export async function post(
  client: MarketClient,
  spec: JobSpec,
  sources: readonly string[],
  options: { readonly sponsor?: SignedSponsorship; readonly hooks?: (call: ContractCall) => SendOptions } = {},
): Promise<{ jobId: Hex; receipt: TransactionReceipt }> {
  checkAuction(spec, await chainTime(client.publicClient));
  checkSources(sources);
  const { market, vault } = client.deployment;
  const { sponsor } = options;
  const send = (call: ContractCall): Promise<TransactionReceipt> => sendCall(client, call, options.hooks?.(call));
  if (sponsor === undefined) {
    const { deposit, allowance } = await planFunding(client, spec, spec.maxPrice + spec.auditPot);
    if (deposit > 0n) {
      if ((await client.vaultApproval(spec.payer, spec.token)) < deposit) {
        await send(approveCall(spec.token, vault, deposit));
      }
      await send(depositCall(vault, spec.token, deposit));
    }
    if (allowance > 0n) await send(allowCall(vault, market, spec.token, allowance));
  }
  const receipt = await send(postCall(market, { spec, sources, ...(sponsor === undefined ? {} : { sponsor }) }));
  return { jobId: hashJobSpec(spec, client.domain), receipt };
}

function checkSources(sources: readonly string[]): void {
  const size = new TextEncoder().encode(sources.join(",")).length;
  if (size <= MAX_SOURCES && sources.every((source) => !source.includes(","))) return;
  throw new GliaError(
    "SOURCES_INVALID",
    `The list of sources has ${size} bytes; at most ${MAX_SOURCES} are possible, and no source may contain a comma.`,
    { kind: "input", hint: "Name fewer or shorter URLs." },
  );
}
