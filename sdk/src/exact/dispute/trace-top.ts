import type { Hex } from "viem";
import type { Tree } from "./tree.ts";

/** Levels below its root from which a response shows the trace's tree. */
const TOP_LEVELS = 6;

/** How many levels above the leaves the hashes stand that a response shows: 0 for a trace of up to 64 nodes. */
export function traceTopHeight({ depth }: Pick<Tree, "depth">): number {
  return Math.max(0, depth - TOP_LEVELS);
}

/** The hashes of a trace's tree that a response shows: the whole level, those of empty leaves too. */
export function traceTopOf(trace: Tree): Hex[] {
  const height = traceTopHeight(trace);
  return Array.from({ length: 2 ** (trace.depth - height) }, (_, index) => {
    const hash = trace.hash(height, index);
    if (hash === undefined) throw new RangeError("A response is made from a trace that is known as a whole.");
    return hash;
  });
}
