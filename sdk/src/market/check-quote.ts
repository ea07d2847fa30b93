import type { Hex } from "viem";
import { chainTime } from "../chain/chain-time.ts";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import { hashQuote } from "../chain/hash-signed.ts";
import type { MarketClient } from "../chain/market-client.ts";
import type { JobSpec, Quote } from "../chain/types.ts";
import { verifySignature } from "../chain/verify-signature.ts";
import { GliaError } from "../errors.ts";
import type { ErrorKind } from "../errors.ts";
import { readProvider } from "./list-providers.ts";

/** Longest life of a quote, in seconds, and what clocks may differ. */
const MAX_LIFE = 60n;
const CLOCK_SLACK = 15n;

/**
 * Checks a quote against spec and chain, before anybody pays: everything that `hire` would refuse.
 * @throws GliaError `QUOTE_INVALID` (it is not what was asked for), `QUOTE_EXPIRED`, `QUOTE_SIGNATURE_INVALID`,
 * `QUOTE_UNBACKED` (not registered, cancelled, or not enough stake).
 */
export async function checkQuote(client: MarketClient, spec: JobSpec, quote: Quote, signature: Hex): Promise<void> {
  const jobId = hashJobSpec(spec, client.domain);
  if (quote.jobId !== jobId) throw wrong("QUOTE_INVALID", "verification", `it is for job ${quote.jobId}, not ${jobId}`);
  if (quote.price > spec.maxPrice) {
    throw wrong("QUOTE_INVALID", "refused", `its price ${quote.price} is above the highest price ${spec.maxPrice}`);
  }
  const [now, entry, required] = await Promise.all([
    chainTime(client.publicClient),
    readProvider(client, quote.provider),
    client.requiredCollateral(spec),
  ]);
  if (quote.expiry < now) throw wrong("QUOTE_EXPIRED", "timeout", `it expired at ${quote.expiry}, and it is ${now}`);
  if (quote.expiry > now + MAX_LIFE + CLOCK_SLACK) {
    throw wrong("QUOTE_INVALID", "refused", `it would live ${quote.expiry - now} s; ${MAX_LIFE} s are the limit`);
  }
  if (entry === undefined) throw wrong("QUOTE_UNBACKED", "refused", `${quote.provider} is not a registered provider`);
  if (entry.quoteNonce !== quote.nonce) {
    throw wrong("QUOTE_UNBACKED", "refused", `it has nonce ${quote.nonce}, the provider is at ${entry.quoteNonce}`);
  }
  if (quote.collateral < required) {
    throw wrong("QUOTE_UNBACKED", "refused", `its collateral ${quote.collateral} is below the ${required} needed`);
  }
  if (entry.free < quote.collateral) {
    throw wrong("QUOTE_UNBACKED", "refused", `the provider has ${entry.free} free GLIA units of ${quote.collateral}`);
  }
  if (entry.free + entry.locked < spec.minStake) {
    throw wrong(
      "QUOTE_UNBACKED",
      "refused",
      `the provider's stake is below the ${spec.minStake} that the job asks for`,
    );
  }
  if ((entry.capabilities & spec.capabilities) !== spec.capabilities) {
    throw wrong("QUOTE_UNBACKED", "refused", "the provider lacks capabilities that the job asks for");
  }
  const hash = hashQuote(quote, client.domain);
  const signers = [entry.operator, quote.provider];
  for (const signer of signers) {
    if (await verifySignature(signer, hash, signature, client.publicClient)) return;
  }
  throw wrong("QUOTE_SIGNATURE_INVALID", "verification", "neither the provider nor its operator signed it");
}

function wrong(code: string, kind: ErrorKind, reason: string): GliaError {
  return new GliaError(code, `The quote cannot be used: ${reason}.`, {
    kind,
    hint: code === "QUOTE_EXPIRED" ? "Ask for a new quote." : "Choose another provider.",
    retryable: code === "QUOTE_EXPIRED",
  });
}
