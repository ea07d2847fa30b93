import { GliaError } from "@glia/sdk";

/** What a node says a job's result is; both 0x-hex of 32 bytes. */
export interface ResultClaim {
  readonly resultRoot: string;
  readonly outputDigest: string;
}

/**
 * One job has one result for ever: recording the same again is harmless, another one is refused.
 * @throws {@link GliaError} `RESULT_CONFLICT`.
 */
export function assertSameResult(jobId: string, recorded: ResultClaim | undefined, claim: ResultClaim): void {
  if (recorded === undefined) return;
  if (recorded.resultRoot === claim.resultRoot && recorded.outputDigest === claim.outputDigest) return;
  throw new GliaError(
    "RESULT_CONFLICT",
    `Job ${jobId} already has a different recorded result; the recorded one stands`,
    {
      kind: "internal",
      details: { jobId, recorded, claim },
    },
  );
}

/** What a node tells the chain of a result before its reveal; both 0x-hex of 32 bytes. */
export interface CommitmentClaim {
  readonly commitment: `0x${string}`;
  readonly salt: `0x${string}`;
}

/**
 * One job has one commitment for ever: a second one would make the first a lie.
 * @throws {@link GliaError} `COMMITMENT_CONFLICT`.
 */
export function assertSameCommitment(
  jobId: string,
  recorded: CommitmentClaim | undefined,
  claim: CommitmentClaim,
): void {
  if (recorded === undefined) return;
  if (recorded.commitment === claim.commitment && recorded.salt === claim.salt) return;
  throw new GliaError(
    "COMMITMENT_CONFLICT",
    `Job ${jobId} already has a different recorded commitment; the recorded one stands`,
    { kind: "internal", details: { jobId, recorded: recorded.commitment, claim: claim.commitment } },
  );
}

/**
 * The nonce for a new transaction: the next that neither the chain nor the journal has used.
 * @param chainNonce the account's transaction count at the head
 * @param journalNonce the highest nonce that the journal holds as unmined, or undefined
 */
export function nextNonce(chainNonce: number, journalNonce: number | undefined): number {
  return journalNonce === undefined ? chainNonce : Math.max(chainNonce, journalNonce + 1);
}

/** What to do with an unmined transaction of the journal when the account's transaction count at the head is `chainNonce`. */
export function fateOf(
  transaction: { nonce: number },
  chainNonce: number,
  hasReceipt: boolean,
): "mined" | "resend" | "replaced" {
  if (hasReceipt) return "mined";
  return transaction.nonce < chainNonce ? "replaced" : "resend";
}
