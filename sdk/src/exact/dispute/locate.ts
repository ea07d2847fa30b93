import type { Hex } from "viem";
import { wordsOfShape } from "../commit/layout.ts";
import { leavesOf } from "../commit/words.ts";
import { nodeOf } from "./claimed-trace.ts";
import type { ClaimedTrace } from "./claimed-trace.ts";
import { hidden, invalidPlace } from "./errors.ts";
import { ProofStream } from "./stream.ts";
import type { Tree, TreePlace } from "./tree.ts";

/** Levels that are opened at a time, at most. */
export const SHOWN_LEVELS = 5;

/** A question for what stands below a hash. */
export interface Demand {
  /** What goes with it on chain. */
  readonly proof: Hex;
  /** The hash that it names. */
  readonly hash: Hex;
  /** How many levels below it are to be opened; 0 for a leaf's 128 bytes. */
  readonly levels: number;
}

/**
 * Asks for what stands below a hash of the trace's tree.
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`.
 */
export function locateTrace(trace: ClaimedTrace, place: TreePlace): Demand {
  const { height, index } = place;
  if (height < 1) throw invalidPlace(`The trace's leaves are roots of tensors; height ${height} asks below them.`);
  const hash = hashAt(trace.trace, place, "the claimed trace");
  const proof = new ProofStream(trace, { question: "trace", node: 0, element: index, position: height })
    .hash(hash)
    .path(trace.trace, height, index, "The claimed trace")
    .toHex();
  return { proof, hash, levels: Math.min(SHOWN_LEVELS, height) };
}

/**
 * Asks for what stands below a hash of the tree of a node's output, or for a leaf's bytes (height 0).
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`.
 */
export function locateTensor(trace: ClaimedTrace, node: number, place: TreePlace): Demand {
  const { height, index } = place;
  const tensor = trace.model.inputs.length + node;
  const leaves = leavesOf(wordsOfShape(nodeOf(trace.model, node).shape));
  if (height === 0 && index >= leaves)
    throw invalidPlace(`Leaf ${index} is behind the last of ${leaves}: nothing stands below it, see proveLeaf.`);
  const tree = trace.tensor(tensor);
  const hash = hashAt(tree, place, `tensor ${tensor}`);
  const proof = new ProofStream(trace, { question: "tensor", node, element: index, position: height })
    .hash(hash)
    .path(tree, height, index, `Tensor ${tensor}`)
    .tie(tensor)
    .toHex();
  return { proof, hash, levels: Math.min(SHOWN_LEVELS, height) };
}

function hashAt(tree: Tree, { height, index }: TreePlace, what: string): Hex {
  const hash = tree.hash(height, index);
  if (hash === undefined) throw hidden(`Hash ${index} at height ${height} of ${what}`);
  return hash;
}
