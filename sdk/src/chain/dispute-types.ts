import type { Address, Hex } from "viem";

/** Item of a challenge that was opened without one: the contract's `NO_ITEM`. */
export const NO_ITEM = 0xffffffff;

/** Whose move it is in a challenge, or how it ended. */
export const Turn = { None: 0, Provider: 1, Challenger: 2, Won: 3, Lost: 4, Released: 5 } as const;
export type Turn = (typeof Turn)[keyof typeof Turn];

/** One challenger's dispute of one item; member by member the contract's `Challenge`. */
export interface Challenge {
  readonly challenger: Address;
  /** Unix seconds up to which the party whose turn it is may move. */
  readonly deadline: number;
  /** {@link NO_ITEM} while the challenger looks for it in the result's tree. */
  readonly item: number;
  /** What was asked so far, in questions that cost one `show`. */
  readonly rounds: number;
  readonly turn: Turn;
  readonly jobId: Hex;
  /** What the provider must answer, hashed; zero while it must respond. */
  readonly question: Hex;
  /** Wei. */
  readonly bond: bigint;
}

/** How a job fell, or will once somebody refutes it; none while `challenge` is zero and `refuted` false. */
export interface Verdict {
  readonly refuted: boolean;
  /** The refuted item; {@link NO_ITEM} if none in particular. */
  readonly item: number;
  /** The earliest challenge on that item among those won in time; zero if the job fell for undelivered data. */
  readonly challenge: bigint;
  /** Unix seconds up to which an earlier challenge on that item may still take the reward. */
  readonly tieDeadline: number;
  /** The result was shown to be wrong; if not, the provider fell silent. */
  readonly proven: boolean;
}

/** One item's outputs, posted as calldata. */
export interface ItemData {
  readonly item: number;
  /** Bytes of each output's layout; they stand in `data` one after another. */
  readonly lengths: readonly number[];
  readonly data: Hex;
  readonly resultProof: readonly Hex[];
}
