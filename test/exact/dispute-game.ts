/** One dispute of one item played out between an honest challenger and whoever claims a trace, before a judge. */
import { concat, hexToBytes, keccak256 } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../../sdk/src/errors.ts";
import { requantise } from "../../sdk/src/exact/law/index.ts";
import {
  answerMax,
  childrenOf,
  claimOf,
  claimedItem,
  hashTree,
  nextMove,
  prefixSums,
  sumsBytes,
} from "../../sdk/src/exact/dispute/index.ts";
import type { Claim, DisputeMove, FullTrace, MaxQuestion, SumsQuestion } from "../../sdk/src/exact/dispute/index.ts";
import { traceTopOf } from "../../sdk/src/exact/dispute/trace-top.ts";

/** Who reads proofs: the Referee on a chain, or the naive reader. Rejects what is malformed. */
export interface Judge {
  refutes(claim: Claim, proof: Hex): Promise<boolean>;
  locate(claim: Claim, proof: Hex): Promise<{ readonly hash: Hex; readonly levels: number }>;
  sumsQuestion(claim: Claim, proof: Hex): Promise<SumsQuestion>;
  /** Rejects sums that do not lead to the claimed value. */
  sumsRoot(question: SumsQuestion, sums: Uint8Array): Promise<Hex>;
  refutesStep(claim: Claim, question: SumsQuestion, root: Hex, proof: Hex): Promise<boolean>;
  maxQuestion(claim: Claim, proof: Hex): Promise<MaxQuestion>;
  answersMax(claim: Claim, question: MaxQuestion, proof: Hex): Promise<boolean>;
}

/** How a dispute ended. */
export interface Outcome {
  /** `proven`: the judge refuted the claim; `default`: the provider could not answer; `conceded`: the challenger found nothing. */
  readonly result: "proven" | "default" | "conceded";
  /** What was asked and sent, in order. */
  readonly moves: readonly DisputeMove["kind"][];
  /** Bytes of the longest proof. */
  readonly longest: number;
}

const MOST_MOVES = 16;

/**
 * @param right the challenger's own trace
 * @param claimed the provider's, from which it answers as far as it can
 * @param maxBytes above it sums are asked for, or where a maximum stands
 */
export async function playDispute(
  judge: Judge,
  right: FullTrace,
  claimed: FullTrace,
  maxBytes?: number,
): Promise<Outcome> {
  const claim = claimOf(claimed);
  const traceTop = traceTopOf(claimed.trace);
  // A response whose hashes do not lead to the root is taken by no chain.
  if (!isBelow(claimed, claimed.trace.root, traceTop)) return { result: "default", moves: [], longest: 0 };
  const item = claimedItem(right, { claim, inputRoots: claimed.inputRoots, traceTop });
  const moves: DisputeMove["kind"][] = [];
  let longest = 0;
  let sums: { question: SumsQuestion; bytes: Uint8Array } | undefined;
  const ended = (result: Outcome["result"]): Outcome => ({ result, moves, longest });
  while (moves.length < MOST_MOVES) {
    const move = nextMove(right, item, sums === undefined ? {} : { sums }, maxBytes);
    moves.push(move.kind);
    if (move.kind === "concede") return ended("conceded");
    longest = Math.max(longest, (move.proof.length - 2) / 2);
    switch (move.kind) {
      case "prove":
        return ended((await judge.refutes(claim, move.proof)) ? "proven" : "conceded");
      case "proveStep": {
        const { question, sumsRoot, proof } = move;
        return ended((await judge.refutesStep(claim, question, sumsRoot, proof)) ? "proven" : "conceded");
      }
      case "demandMax":
        if (answerMax(claimed, await judge.maxQuestion(claim, move.proof)) === undefined) return ended("default");
        return ended("conceded");
      case "demandSums": {
        const question = await judge.sumsQuestion(claim, move.proof);
        const bytes = liedSums(claimed, question, move.proof);
        await judge.sumsRoot(question, bytes);
        sums = { question, bytes };
        break;
      }
      case "demand": {
        const { hash, levels } = await judge.locate(claim, move.proof);
        if (hash !== move.hash || levels !== move.levels)
          throw new Error(`Asked below ${move.hash}, understood ${hash}.`);
        const children = shownBelow(claimed, hash, levels);
        if (children === undefined) return ended("default");
        item.learn(hash, levels, children);
      }
    }
  }
  throw new Error(`No end after ${moves.join(", ")}.`);
}

/** What the provider shows below a hash; `undefined` if it knows nothing that a chain would take. */
function shownBelow(claimed: FullTrace, hash: Hex, levels: number): Hex[] | undefined {
  try {
    const children = childrenOf(claimed, hash, levels);
    if (levels > 0) return isBelow(claimed, hash, children) ? children : undefined;
    return keccak256(concat(["0x00", ...children])) === hash ? children : undefined;
  } catch (error) {
    if (error instanceof GliaError && error.code === "DISPUTE_HASH_UNKNOWN") return undefined;
    throw error;
  }
}

/** Whether these hashes stand below that one, as the chain finds it. */
function isBelow({ keccak }: FullTrace, hash: Hex, children: readonly Hex[]): boolean {
  return hashTree(keccak, children).root === hash;
}

/** Right sums up to some step, and from there on such that they lead to the claimed value. */
function liedSums(claimed: FullTrace, question: SumsQuestion, proof: Hex): Uint8Array {
  const { node, element, bias, multiplier, yZero } = question;
  const sums = prefixSums(claimed, node, element);
  const bits = new DataView(new ArrayBuffer(4));
  bits.setUint32(0, multiplier);
  const m = bits.getFloat32(0);
  const last = sums.at(-1) ?? 0;
  const leads = (delta: number) => requantise(Number(bias) + last + delta, m, yZero) === question.claimed;
  let delta = 0;
  for (let size = 1; !leads(delta); size++) delta = size % 2 === 0 ? size / 2 : -(size + 1) / 2;
  // Somewhere, but the same place every time that the same question comes.
  const from = (hexToBytes(keccak256(proof))[0] ?? 0) % sums.length;
  return sumsBytes(sums.map((sum, i) => (i < from ? sum : sum + delta)));
}
