import { AssuranceLevel } from "../chain/types.ts";
import type { JobSpec } from "../chain/types.ts";

/**
 * Gas of a buyer's transactions, measured by `npm run bench -- gas` (test/snapshots/gas.json) and rounded up to thousands. An exact job names
 * its module; an audited one also moves the audit pot. Who says nothing and lets others settle does not pay for `accept`.
 */
const HIRE = { opaque: 108_000n, exact: 110_000n, audited: 137_000n } as const;
const ACCEPT = 59_000n;
/** A newcomer's deposit and allowance, which go with the hire, and the token's approval before it. */
export const DEPOSIT_GAS = 106_000n;

/** Gas of hiring and accepting at a job's level, for an account with a balance in the Vault. */
export function buyerGas({ level, determinism }: Pick<JobSpec, "level" | "determinism">): bigint {
  const kind = level === AssuranceLevel.Audited ? "audited" : determinism === 1 ? "exact" : "opaque";
  return HIRE[kind] + ACCEPT;
}
