import { encodeAbiParameters, keccak256 } from "viem";
import type { Address, Hex } from "viem";
import { GliaError } from "../errors.ts";

/** Who is checked, by whom, and on which items: what the assurance module computes from a seed (docs/PROTOCOL.md, section 4). */

const BPS = 10_000n;
const MAX = 2n ** 256n - 1n;
const JOB = [{ type: "bytes32" }, { type: "bytes32" }] as const;
const JOB_AUDITOR = [...JOB, { type: "address" }] as const;
const JOB_PART = [...JOB, { type: "uint256" }] as const;

/**
 * Whether a seed makes a job a checked one; so it is for a share of `checkBps` basis points of all seeds, at 10,000 for all.
 * @param seed zero if nobody captured it in time: then the job counts as checked, and nobody is drawn
 */
export function isChecked(seed: Hex, jobId: Hex, checkBps: number): boolean {
  if (BigInt(seed) === 0n || checkBps >= Number(BPS)) return true;
  const lot = BigInt(keccak256(encodeAbiParameters(JOB, [seed, jobId])));
  return lot / (MAX / BPS) < BigInt(checkBps);
}

/** One auditor's part in a draw. */
export interface Draw {
  readonly seed: Hex;
  readonly jobId: Hex;
  readonly auditor: Address;
  /** The auditor's auditing stake and that of all, as of the assignment, in the same units. */
  readonly stake: bigint;
  readonly total: bigint;
  /** Auditors drawn on average, before a redraw. */
  readonly expected: number;
  /** Whether nobody attested the first time: then twice as many are drawn. */
  readonly redrawn?: boolean;
}

/** Whether an auditor is drawn for a job: with a chance of expected · stake / total, at most 1; without a seed, never. */
export function isDrawn({ seed, jobId, auditor, stake, total, expected, redrawn = false }: Draw): boolean {
  if (BigInt(seed) === 0n) return false;
  const lot = BigInt(keccak256(encodeAbiParameters(JOB_AUDITOR, [seed, jobId, auditor]))) >> 128n;
  return lot * total < 2n ** 128n * BigInt(redrawn ? 2 * expected : expected) * stake;
}

/** The part of a batch of which one item is sampled: items `first` to `first + size - 1`. */
export interface SamplePart {
  readonly first: number;
  readonly size: number;
}

/**
 * The parts of a batch: min(sampleSize, items) of them, as equal as can be.
 * @throws GliaError `SAMPLE_INVALID` unless both are whole numbers of at least 1.
 */
export function sampleParts(items: number, sampleSize: number): SamplePart[] {
  if (!Number.isSafeInteger(items) || !Number.isSafeInteger(sampleSize) || items < 1 || sampleSize < 1) {
    throw new GliaError(
      "SAMPLE_INVALID",
      `${sampleSize} of ${items} items cannot be sampled; both must be at least 1.`,
      {
        kind: "input",
        hint: "Give whole numbers of at least 1; more than there are items means all of them.",
      },
    );
  }
  const parts = Math.min(sampleSize, items);
  const start = (part: number): number => Number((BigInt(part) * BigInt(items)) / BigInt(parts));
  return Array.from({ length: parts }, (_, part) => ({ first: start(part), size: start(part + 1) - start(part) }));
}

/**
 * The items of a checked job that its auditors re-execute: one of each part, none twice, ascending.
 * @throws GliaError `SAMPLE_INVALID`.
 */
export function sampleItems({
  seed,
  jobId,
  items,
  sampleSize,
}: {
  readonly seed: Hex;
  readonly jobId: Hex;
  readonly items: number;
  readonly sampleSize: number;
}): number[] {
  return sampleParts(items, sampleSize).map(({ first, size }, part) => {
    const lot = BigInt(keccak256(encodeAbiParameters(JOB_PART, [seed, jobId, BigInt(part)])));
    return first + Number(lot % BigInt(size));
  });
}
