import { GliaError } from "@glia/sdk";
import { type Hex, hexToString, stringToHex } from "viem";

/** Why a provider rejects a job, as the ASCII text of the `bytes32 reason` on chain. */
export const REJECT_REASONS = [
  "CONTENT_UNAVAILABLE",
  "CONTENT_TOO_LARGE",
  "MODEL_ID_MISMATCH",
  "BATCH_ROOT_MISMATCH",
  "MODEL_REFUSED",
  "MODEL_NOT_EXACT",
  "INPUT_MALFORMED",
  "RUN_FAILED",
  "OUTPUT_TOO_LARGE",
  "TERMS_REFUSED",
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** The reason as the contract takes it. */
export function encodeReason(reason: RejectReason): Hex {
  return stringToHex(reason, { size: 32 });
}

/** Reads a reason back; anything else than one of ours comes out as `OTHER`. */
export function decodeReason(reason: Hex): RejectReason | "OTHER" {
  const text = hexToString(reason, { size: 32 });
  return REJECT_REASONS.find((known) => known === text) ?? "OTHER";
}

/** A step's failure that ends in a rejection; the reason goes to the chain, the cause to the log. */
export class Impossible extends GliaError {
  readonly reason: RejectReason;

  constructor(reason: RejectReason, message: string, cause?: unknown) {
    super(reason, message, { kind: "refused", ...(cause === undefined ? {} : { cause }) });
    this.reason = reason;
  }
}
