import type { Address, Hex, PublicClient } from "viem";
import { hashQuoteRequest } from "../chain/hash-signed.ts";
import type { MarketDomain, QuoteRequest } from "../chain/types.ts";
import { verifySignature } from "../chain/verify-signature.ts";
import { GliaError } from "../errors.ts";
import { requireFresh } from "./require-fresh.ts";

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
  await requireFresh("QUOTE_REQUEST_STALE", request.deadline, publicClient);
  if (await verifySignature(buyer, hashQuoteRequest(request, domain), signature, publicClient)) return;
  throw new GliaError("QUOTE_REQUEST_SIGNATURE", `The request is not signed by the spec's buyer ${buyer}.`, {
    kind: "verification",
    hint: "Sign the EIP-712 QuoteRequest in the market's domain, with the account that the spec names as buyer.",
    details: { buyer },
  });
}
