import { GliaError } from "../errors.ts";

/** What a job copied from governance when it was hired, and its deadlines. */
export interface Terms {
  readonly level: number;
  readonly feeBps: number;
  readonly missSlashBps: number;
  readonly burnBps: number;
  readonly bountyBps: number;
  readonly rewardBps: number;
  /** Seconds between the reveal and the earliest settlement by anyone. */
  readonly challengeWindow: number;
  /** Unix seconds until which the provider may reject. */
  readonly rejectDeadline: number;
  /** Unix seconds at which the present state ends: auction, execution, reveal or challenge window. */
  readonly deadline: number;
}

/** Members of the contract's `Terms` word from the low bits up, with their widths. */
const LAYOUT = [
  ["level", 8],
  ["feeBps", 16],
  ["missSlashBps", 16],
  ["burnBps", 16],
  ["bountyBps", 16],
  ["rewardBps", 16],
  ["challengeWindow", 32],
  ["rejectDeadline", 40],
  ["deadline", 40],
] as const satisfies readonly (readonly [keyof Terms, number])[];

/** Packs as the contract's `Terms` word. */
export function packTerms(terms: Terms): bigint {
  let word = 0n;
  let shift = 0n;
  for (const [name, bits] of LAYOUT) {
    const value = terms[name];
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) {
      throw new GliaError("NUMBER_OUT_OF_RANGE", `${name} is ${value}; it must be an integer of ${bits} bits.`, {
        kind: "input",
        details: { name, value },
      });
    }
    word |= BigInt(value) << shift;
    shift += BigInt(bits);
  }
  return word;
}

/** The inverse of {@link packTerms}. */
export function unpackTerms(word: bigint): Terms {
  const values: Partial<Record<keyof Terms, number>> = {};
  let shift = 0n;
  for (const [name, bits] of LAYOUT) {
    values[name] = Number(BigInt.asUintN(bits, word >> shift));
    shift += BigInt(bits);
  }
  return values as Terms;
}
