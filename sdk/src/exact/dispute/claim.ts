import { concat, keccak256 } from "viem";
import type { Hex } from "viem";
import type { ClaimedTrace } from "./claimed-trace.ts";

/** What a provider has claimed of one item: the contracts' struct of that name, all that a proof leans on. */
export interface Claim {
  /** Root of the tree over the records of the model's nodes. */
  readonly nodesRoot: Hex;
  /** keccak256 of the roots of the item's input tensors, one after another. */
  readonly inputRoots: Hex;
  /** Root of the tree whose leaves are the roots of the nodes' outputs. */
  readonly traceRoot: Hex;
  /** Number of nodes, so the depth of both trees. */
  readonly nodes: number;
  /** Number of input tensors. */
  readonly inputs: number;
}

/** A dot product that is too long for one transaction: the contracts' struct of that name. */
export interface SumsQuestion {
  readonly node: number;
  /** Index of the output's element, physical order. */
  readonly element: number;
  /** Number of words of activations, so of prefix sums. */
  readonly steps: number;
  /** Bits of the float32 multiplier. */
  readonly multiplier: number;
  /** `bias − xZero · Σ (w − wZero)`: what the prefix sums are added to. */
  readonly bias: bigint;
  readonly yZero: number;
  /** The element's claimed value, 0 to 255. */
  readonly claimed: number;
}

/** A maximum that is held to be too large: the contracts' struct of that name. */
export interface MaxQuestion {
  readonly node: number;
  /** Index of the output's element, physical order. */
  readonly element: number;
  /** The element's claimed value, 0 to 255. */
  readonly claimed: number;
}

/** The claim that stands for a trace. */
export function claimOf({ model, records, inputRoots, trace }: ClaimedTrace): Claim {
  return {
    nodesRoot: records.root,
    inputRoots: keccak256(concat(inputRoots)),
    traceRoot: trace.root,
    nodes: model.nodes.length,
    inputs: model.inputs.length,
  };
}
