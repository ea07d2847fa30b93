import type { Address, Hex, PublicClient } from "viem";
import { chainTime } from "../chain/chain-time.ts";
import { hashQuoteRequest } from "../chain/hash-signed.ts";
import type { MarketDomain, QuoteRequest } from "../chain/types.ts";
import { verifySignature } from "../chain/verify-signature.ts";
import { GliaError } from "../errors.ts";

/** A request for a quote may be signed at most this long ahead of its deadline, in seconds. */
export const MAX_REQUEST_AGE = 300n;

/** The provider's side: refuses a request that is stale, or that the spec's buyer did not sign (EOA or ERC-1271). */
export async function verifyQuoteRequest({
  buyer,
  request,
  signature,
  domain,
  publicClient,
}: {
  readonly buyer: Address;
  readonly request: QuoteRequest;
  readonly signature: Hex;
  readonly domain: MarketDomain;
  readonly publicClient: PublicClient;
}): Promise<void> {
  const now = await chainTime(publicClient);
  if (request.deadline < now || request.deadline > now + MAX_REQUEST_AGE) {
    throw new GliaError(
      "QUOTE_REQUEST_STALE",
      `The request's deadline is ${request.deadline}; it must be between the chain's time ${now} and ${MAX_REQUEST_AGE} s later.`,
      { kind: "refused", hint: "Sign a new request.", details: { deadline: request.deadline.toString() } },
    );
  }
  if (await verifySignature(buyer, hashQuoteRequest(request, domain), signature, publicClient)) return;
  throw new GliaError("QUOTE_REQUEST_SIGNATURE", `The request is not signed by the spec's buyer ${buyer}.`, {
    kind: "verification",
    hint: "Sign the EIP-712 QuoteRequest in the market's domain, with the account that the spec names as buyer.",
    details: { buyer },
  });
}
