import { createHmac } from "node:crypto";

import type { Hex } from "viem";

/** What a salt hides: a provider's result, or an auditor's answer under one seed. */
export type SaltUse = "commit" | "attest";

/**
 * A salt that only this node can compute, and can compute again: HMAC-SHA256 of chain, market and job under the node's secret, so that a
 * lost journal costs nothing.
 * @param secret 32 bytes as 0x-hex
 * @param about the job's id; for an attestation also its seed
 */
export function saltOf(
  secret: Hex,
  use: SaltUse,
  { chainId, market }: { readonly chainId: number; readonly market: Hex },
  ...about: readonly Hex[]
): Hex {
  const text = ["glia.salt.v1", use, String(chainId), market.toLowerCase(), ...about.map((id) => id.toLowerCase())];
  const hmac = createHmac("sha256", Buffer.from(secret.slice(2), "hex"));
  return `0x${hmac.update(text.join("|")).digest("hex")}`;
}
