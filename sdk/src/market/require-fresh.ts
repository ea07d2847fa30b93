import type { PublicClient } from "viem";
import { chainTime } from "../chain/chain-time.ts";
import { GliaError } from "../errors.ts";

/** A request may be signed at most this long ahead of its deadline, in seconds. */
export const MAX_REQUEST_AGE = 300n;

/**
 * Refuses a signed request whose deadline has passed by the chain's clock, or lies further ahead than {@link MAX_REQUEST_AGE}.
 * @throws GliaError `code`.
 */
export async function requireFresh(
  code: "AUDIT_REQUEST_STALE" | "QUOTE_REQUEST_STALE",
  deadline: bigint,
  publicClient: PublicClient,
): Promise<void> {
  const now = await chainTime(publicClient);
  if (deadline >= now && deadline <= now + MAX_REQUEST_AGE) return;
  throw new GliaError(
    code,
    `The request's deadline is ${deadline}; it must be between the chain's time ${now} and ${MAX_REQUEST_AGE} s later.`,
    { kind: "refused", hint: "Sign a new request.", details: { deadline: deadline.toString() } },
  );
}
