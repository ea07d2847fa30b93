import { contractOpening } from "../commit/contract-opening.ts";
import type { LeafRange } from "../commit/range.ts";
import { LEAF, WORD } from "../commit/words.ts";
import { inputShapes, nodeOf } from "./claimed-trace.ts";
import type { ClaimedTrace } from "./claimed-trace.ts";
import { windowRanges } from "./windows.ts";

/**
 * Bytes that a proof of an element of a Contract or a MaxPool takes at most, found without writing it: what it opens of
 * filters and input. Everything else is a few thousand bytes at the most.
 */
export function elementSize(trace: ClaimedTrace, node: number, element: number): number {
  const law = nodeOf(trace.model, node);
  const [from = law.shape] = inputShapes(trace.model, law);
  const [input = 0] = law.inputs;
  const inputDepth = () => trace.tensor(input).depth;
  if (law.kind === "MaxPool") return rangesSize(windowRanges(law, from, element), inputDepth());
  if (law.kind !== "Contract") return 0;
  const opening = contractOpening(law, from, element);
  return rangesSize(opening.input, inputDepth()) + rangesSize([opening.filters], trace.parameters(node).depth);
}

const rangesSize = (ranges: readonly LeafRange[], depth: number): number =>
  ranges.reduce((sum, { count }) => sum + count * LEAF + 2 * depth * WORD, 0);
