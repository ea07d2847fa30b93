import type { Hex } from "viem";
import type { MaxPoolNode } from "../model.ts";
import type { MaxQuestion } from "./claim.ts";
import { inputShapes, nodeOf } from "./claimed-trace.ts";
import type { ClaimedTrace } from "./claimed-trace.ts";
import { invalidPlace } from "./errors.ts";
import { ProofStream, claimedValue } from "./stream.ts";
import { windowElements } from "./windows.ts";

/**
 * Asks where the claimed value of an element of a MaxPool stands in its window.
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`.
 */
export function askMax(trace: ClaimedTrace, node: number, element: number): Hex {
  poolAt(trace, node);
  return new ProofStream(trace, { question: "maximum", node, element }).output(node, element).toHex();
}

/**
 * Proof that an element of the window has the claimed value.
 * @returns `undefined` if none has: then there is no answer.
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`.
 */
export function answerMax(trace: ClaimedTrace, { node, element, claimed }: MaxQuestion): Hex | undefined {
  const law = poolAt(trace, node);
  const [from = law.shape] = inputShapes(trace.model, law);
  const [input = 0] = law.inputs;
  const position = windowElements(law, from, element).find((at) => claimedValue(trace, input, at) === claimed);
  if (position === undefined) return undefined;
  return new ProofStream(trace, { question: "stands", node, element, position })
    .element(input, position)
    .tie(input)
    .toHex();
}

function poolAt({ model }: ClaimedTrace, node: number): MaxPoolNode {
  const law = nodeOf(model, node);
  if (law.kind !== "MaxPool") throw invalidPlace(`Node ${node} is a ${law.kind}: only a MaxPool has a maximum.`);
  return law;
}
