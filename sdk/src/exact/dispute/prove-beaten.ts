import type { Hex } from "viem";
import { inputShapes, nodeOf } from "./claimed-trace.ts";
import type { ClaimedTrace } from "./claimed-trace.ts";
import { invalidPlace } from "./errors.ts";
import { ProofStream, claimedValue } from "./stream.ts";
import { windowElements } from "./windows.ts";

/** What a proof that a claimed maximum is beaten names. */
export interface Beaten {
  readonly node: number;
  /** Physical index in the node's output. */
  readonly element: number;
  /** MaxPool: physical index of the larger element of the input. ArgMax: place along the axis; of no account if the claimed one is not on it. */
  readonly position: number;
}

/**
 * Proof that another element is larger than the claimed maximum; for an ArgMax, than the one at the claimed position, or equal and preferred,
 * or that this position is behind the axis's end.
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`.
 */
export function proveBeaten(trace: ClaimedTrace, { node, element, position }: Beaten): Hex {
  const law = nodeOf(trace.model, node);
  const [input = 0] = law.inputs;
  const stream = new ProofStream(trace, { question: "beaten", node, element, position }).output(node, element);
  if (law.kind === "MaxPool") {
    const [from = law.shape] = inputShapes(trace.model, law);
    if (!windowElements(law, from, element).includes(position))
      throw invalidPlace(`Element ${position} of tensor ${input} is not in the window of element ${element}.`);
    return stream.element(input, position).tie(input).toHex();
  }
  if (law.kind !== "ArgMax")
    throw invalidPlace(`Node ${node} is a ${law.kind}: only a MaxPool's or an ArgMax's value can be beaten.`);
  const claimed = claimedValue(trace, trace.model.inputs.length + node, element);
  if (claimed >= law.length) return stream.toHex();
  const column = element % law.inner;
  const first = ((element - column) / law.inner) * law.length * law.inner + column;
  if (position >= law.length) throw invalidPlace(`The axis has ${law.length} positions, so there is no ${position}.`);
  return stream
    .element(input, first + claimed * law.inner)
    .element(input, first + position * law.inner)
    .tie(input)
    .toHex();
}
