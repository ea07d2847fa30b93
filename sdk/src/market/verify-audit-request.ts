import type { Address, Hex, PublicClient } from "viem";
import { hashAuditRequest } from "../chain/hash-signed.ts";
import type { AuditRequest, MarketDomain } from "../chain/types.ts";
import { verifySignature } from "../chain/verify-signature.ts";
import { GliaError } from "../errors.ts";
import { requireFresh } from "./require-fresh.ts";

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
  await requireFresh("AUDIT_REQUEST_STALE", request.deadline, publicClient);
  if (await verifySignature(operator, hashAuditRequest(request, domain), signature, publicClient)) return;
  throw new GliaError("AUDIT_REQUEST_SIGNATURE", `The request is not signed by the auditor's operator ${operator}.`, {
    kind: "verification",
    hint: "Sign the EIP-712 AuditRequest in the market's domain, with the key that the registry names as the auditor's operator.",
    details: { operator },
  });
}
