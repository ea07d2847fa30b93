import type { Hex } from "viem";
import { wordsOfShape } from "../commit/layout.ts";
import { LEAF, leavesOf } from "../commit/words.ts";
import type { MaxPoolNode } from "../model.ts";
import type { SumsQuestion } from "./claim.ts";
import type { ClaimedItem } from "./claimed-item.ts";
import { inputShapes, nodeOf } from "./claimed-trace.ts";
import type { ClaimedTrace, FullTrace } from "./claimed-trace.ts";
import { firstDifference } from "./difference.ts";
import { locateTensor, locateTrace } from "./locate.ts";
import type { Demand } from "./locate.ts";
import { askMax } from "./maximum.ts";
import { proveBeaten } from "./prove-beaten.ts";
import { proveElement } from "./prove-element.ts";
import { elementAt, proveFiller, proveLeaf } from "./prove-layout.ts";
import { elementSize } from "./size.ts";
import { claimedValue } from "./stream.ts";
import { askSums, prefixSums, proveStep, sumsOfBytes, sumsQuestionOf, sumsTree } from "./sums.ts";
import type { TreePlace } from "./tree.ts";
import { windowElements } from "./windows.ts";

/** Bytes of a proof that recomputes an element as a whole, at most; above it sums, or where a maximum stands, are asked for. */
export const MAX_PROOF_BYTES = 96_000;

/** What a challenger does next. `node` is the first whose claimed output is not its own. */
export type DisputeMove =
  /** Wins: {IDisputes-prove}. */
  | { readonly kind: "prove"; readonly node: number; readonly proof: Hex }
  /** {IDisputes-demand}. `node` is not known as long as the trace itself is hidden. */
  | ({ readonly kind: "demand"; readonly node?: number } & Demand)
  /** {IDisputes-demandSums}, {IDisputes-demandMax}. */
  | { readonly kind: "demandSums" | "demandMax"; readonly node: number; readonly proof: Hex }
  /** Wins: {IDisputes-proveStep}. */
  | {
      readonly kind: "proveStep";
      readonly node: number;
      readonly question: SumsQuestion;
      readonly sumsRoot: Hex;
      readonly proof: Hex;
    }
  /** Nothing that is claimed differs from one's own computation. */
  | { readonly kind: "concede"; readonly reason: string };

/** What the provider answered last in this challenge, besides what the claimed item has learned. */
export interface Answers {
  /** Posted prefix sums: the event `SumsPosted`. */
  readonly sums?: { readonly question: SumsQuestion; readonly bytes: Uint8Array };
}

/**
 * What to ask or prove next. A pure function of what is known: after a restart the events of the chain lead to the same move.
 * Needs at most 2 demands for the trace, 5 for a tensor, one for a leaf, one for sums or a maximum.
 * @param own the trace of one's own computation
 * @param claimed what the provider claimed, and has shown since
 * @param maxBytes see {@link MAX_PROOF_BYTES}
 */
export function nextMove(
  own: FullTrace,
  claimed: ClaimedItem,
  answers: Answers = {},
  maxBytes = MAX_PROOF_BYTES,
): DisputeMove {
  const { nodes, inputs } = own.model;
  const first = firstDifference(own.trace, claimed.trace, nodes.length);
  if (first === undefined) return { kind: "concede", reason: "Every root of the claimed trace is that of my own." };
  if (first.height > 0) return { kind: "demand", ...locateTrace(claimed, first) };
  const node = first.index;
  const place = firstDifference(own.tensor(inputs.length + node), claimed.tensor(inputs.length + node));
  if (place === undefined) return { kind: "concede", reason: `The trees of node ${node} are the same.` };
  return moveInTensor({ own, claimed, answers, maxBytes, node }, place);
}

interface Differing {
  readonly own: FullTrace;
  readonly claimed: ClaimedTrace;
  readonly answers: Answers;
  readonly maxBytes: number;
  readonly node: number;
}

function moveInTensor(at: Differing, place: TreePlace): DisputeMove {
  const { own, claimed, node } = at;
  const { shape } = nodeOf(own.model, node);
  if (place.height > 0) return { kind: "demand", node, ...locateTensor(claimed, node, place) };
  const leaf = place.index;
  if (leaf >= leavesOf(wordsOfShape(shape))) return { kind: "prove", node, proof: proveLeaf(claimed, node, leaf) };
  const tensor = own.model.inputs.length + node;
  const bytes = claimed.tensor(tensor).leaf(leaf);
  if (bytes === undefined) return { kind: "demand", node, ...locateTensor(claimed, node, place) };
  const right = own.tensor(tensor).leaf(leaf);
  const byte = leaf * LEAF + bytes.findIndex((value, i) => value !== right?.[i]);
  const element = elementAt(shape, byte);
  return element === undefined
    ? { kind: "prove", node, proof: proveFiller(claimed, node, byte) }
    : moveAtElement(at, element);
}

function moveAtElement(at: Differing, element: number): DisputeMove {
  const { own, claimed, node, maxBytes } = at;
  const law = nodeOf(own.model, node);
  if (law.kind === "ArgMax") return beaten(at, element, preferred(at, element));
  if (law.kind === "MaxPool") {
    const tensor = own.model.inputs.length + node;
    const value = claimedValue(claimed, tensor, element);
    if (value < claimedValue(own, tensor, element)) return beaten(at, element, largest(at, law, element));
    if (elementSize(claimed, node, element) > maxBytes)
      return { kind: "demandMax", node, proof: askMax(claimed, node, element) };
  }
  if (law.kind === "Contract" && elementSize(claimed, node, element) > maxBytes) return moveInSums(at, element);
  return { kind: "prove", node, proof: proveElement(claimed, node, element) };
}

function beaten({ claimed, node }: Differing, element: number, position: number): DisputeMove {
  return { kind: "prove", node, proof: proveBeaten(claimed, { node, element, position }) };
}

/** The right answer of an ArgMax: it beats every other. */
function preferred({ own, node }: Differing, element: number): number {
  return claimedValue(own, own.model.inputs.length + node, element);
}

/** Where in the input the largest element of a window stands. */
function largest({ own, node }: Differing, law: MaxPoolNode, element: number): number {
  const [input = 0] = law.inputs;
  const [from = law.shape] = inputShapes(own.model, law);
  const right = claimedValue(own, own.model.inputs.length + node, element);
  return windowElements(law, from, element).find((at) => claimedValue(own, input, at) === right) ?? 0;
}

function moveInSums(at: Differing, element: number): DisputeMove {
  const { own, claimed, answers, node } = at;
  const { sums } = answers;
  const question = sumsQuestionOf(claimed, node, element);
  if (sums?.question.node !== node || sums.question.element !== element)
    return { kind: "demandSums", node, proof: askSums(claimed, node, element) };
  const posted = sumsOfBytes(sums.bytes);
  const right = prefixSums(own, node, element);
  const step = posted.findIndex((sum, i) => sum !== right[i]);
  if (step < 0) return { kind: "concede", reason: `The posted sums of node ${node} are those of my own.` };
  const proof = proveStep(claimed, { node, element, step, sums: posted });
  return { kind: "proveStep", node, question, sumsRoot: sumsTree(claimed, posted).root, proof };
}
