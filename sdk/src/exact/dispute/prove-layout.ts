import type { Hex } from "viem";
import { pixelStride, wordsOfShape } from "../commit/layout.ts";
import { LEAF, leavesOf } from "../commit/words.ts";
import type { Shape } from "../model.ts";
import { nodeOf } from "./claimed-trace.ts";
import type { ClaimedTrace } from "./claimed-trace.ts";
import { hidden, invalidPlace } from "./errors.ts";
import { ProofStream } from "./stream.ts";

/** The element (physical index) that a byte of a tensor's layout holds; `undefined` for filler. */
export function elementAt({ n, h, w, c }: Shape, byte: number): number | undefined {
  const stride = pixelStride(c);
  const pixel = Math.floor(byte / stride);
  const channel = byte % stride;
  return pixel < n * h * w && channel < c ? pixel * c + channel : undefined;
}

/**
 * Proof that a filler byte of the output of a node is not 0.
 * @param byte its place in the layout, the last leaf's filler included
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`.
 */
export function proveFiller(trace: ClaimedTrace, node: number, byte: number): Hex {
  const { shape } = nodeOf(trace.model, node);
  const tensor = trace.model.inputs.length + node;
  const leaf = Math.floor(byte / LEAF);
  if (elementAt(shape, byte) !== undefined || leaf >= leavesOf(wordsOfShape(shape)))
    throw invalidPlace(`Byte ${byte} of the layout of node ${node}'s output is no filler.`);
  return new ProofStream(trace, { question: "filler", node, element: byte })
    .range(trace.tensor(tensor), { first: leaf, count: 1 }, `tensor ${tensor}`)
    .tie(tensor)
    .toHex();
}

/**
 * Proof that a leaf behind the last one of a node's output is not empty.
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`.
 */
export function proveLeaf(trace: ClaimedTrace, node: number, leaf: number): Hex {
  const { shape } = nodeOf(trace.model, node);
  const tensor = trace.model.inputs.length + node;
  const tree = trace.tensor(tensor);
  const leaves = leavesOf(wordsOfShape(shape));
  if (leaf < leaves || leaf >= 2 ** tree.depth)
    throw invalidPlace(`Leaf ${leaf} is none behind the last: the tree has ${leaves} of ${2 ** tree.depth}.`);
  const hash = tree.hash(0, leaf);
  if (hash === undefined) throw hidden(`Leaf ${leaf} of tensor ${tensor}`);
  return new ProofStream(trace, { question: "leaf", node, element: leaf })
    .hash(hash)
    .path(tree, 0, leaf, `Tensor ${tensor}`)
    .tie(tensor)
    .toHex();
}
