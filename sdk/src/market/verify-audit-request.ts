import type { Address, Hex, PublicClient } from "viem";
import { chainTime } from "../chain/chain-time.ts";
import { hashAuditRequest } from "../chain/hash-signed.ts";
import type { AuditRequest, MarketDomain } from "../chain/types.ts";
import { verifySignature } from "../chain/verify-signature.ts";
import { GliaError } from "../errors.ts";
import { MAX_REQUEST_AGE } from "./verify-quote-request.ts";

/** The provider's side: refuses an auditor's request that is stale, or that the auditor's operator did not sign. */
export async function verifyAuditRequest({
  operator,
  request,
  signature,
  domain,
  publicClient,
}: {
  /** As the registry names it for `request.auditor`. */
  readonly operator: Address;
  readonly request: AuditRequest;
  readonly signature: Hex;
  readonly domain: MarketDomain;
  readonly publicClient: PublicClient;
}): Promise<void> {
  const now = await chainTime(publicClient);
  if (request.deadline < now || request.deadline > now + MAX_REQUEST_AGE) {
    throw new GliaError(
      "AUDIT_REQUEST_STALE",
      `The request's deadline is ${request.deadline}; it must be between the chain's time ${now} and ${MAX_REQUEST_AGE} s later.`,
      { kind: "refused", hint: "Sign a new request.", details: { deadline: request.deadline.toString() } },
    );
  }
  if (await verifySignature(operator, hashAuditRequest(request, domain), signature, publicClient)) return;
  throw new GliaError("AUDIT_REQUEST_SIGNATURE", `The request is not signed by the auditor's operator ${operator}.`, {
    kind: "verification",
    hint: "Sign the EIP-712 AuditRequest in the market's domain, with the key that the registry names as the auditor's operator.",
    details: { operator },
  });
}
