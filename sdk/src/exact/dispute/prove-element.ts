import type { Hex } from "viem";
import { contractOpening } from "../commit/contract-opening.ts";
import { leafRange } from "../commit/range.ts";
import type { LeafRange } from "../commit/range.ts";
import { WORD } from "../commit/words.ts";
import { placeIn } from "../law/add-mul.ts";
import { positionOf } from "../law/element.ts";
import { selectPlace, viewPlace } from "../law/move.ts";
import { sizeOf } from "../model.ts";
import type { ExactNode, MoveNode } from "../model.ts";
import { inputShapes, nodeOf } from "./claimed-trace.ts";
import type { ClaimedTrace } from "./claimed-trace.ts";
import { invalidPlace } from "./errors.ts";
import { ProofStream, claimedValue } from "./stream.ts";
import { windowRanges } from "./windows.ts";

/**
 * Proof that the claimed byte of an element is not what its node computes from the claimed inputs.
 * @param element physical index in the node's output
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`; an ArgMax is refuted by `proveBeaten`.
 */
export function proveElement(trace: ClaimedTrace, node: number, element: number): Hex {
  const law = nodeOf(trace.model, node);
  const stream = new ProofStream(trace, { question: "element", node, element }).output(node, element);
  writeInputs(stream, trace, { law, node, element });
  return stream.toHex();
}

interface At {
  readonly law: ExactNode;
  readonly node: number;
  readonly element: number;
}

function writeInputs(stream: ProofStream, trace: ClaimedTrace, { law, node, element }: At): void {
  const shapes = inputShapes(trace.model, law);
  const [a = 0, b = 0] = law.inputs;
  const [from = law.shape, other = law.shape] = shapes;
  switch (law.kind) {
    case "Contract": {
      const { filters, input } = contractOpening(law, from, element);
      stream.range(trace.parameters(node), filters, `the filters of node ${node}`);
      writeRanges(stream, trace, a, input);
      return;
    }
    case "AddMul": {
      const position = positionOf(law.shape, element);
      stream.element(a, placeIn(from, position)).tie(a);
      stream.element(b, placeIn(other, position)).tie(b);
      return;
    }
    case "Table": {
      stream.element(a, element).tie(a);
      const entry = claimedValue(trace, a, element);
      stream.range(trace.parameters(node), leafRange(Math.floor(entry / WORD), 1), `the table of node ${node}`);
      return;
    }
    case "MaxPool":
      writeRanges(stream, trace, a, windowRanges(law, from, element));
      return;
    case "ArgMax":
      throw invalidPlace(`Node ${node} is an ArgMax: its claimed position is beaten by another, see proveBeaten.`);
    case "Move":
      writeMove(stream, trace, { law, node, element });
  }
}

function writeMove(
  stream: ProofStream,
  trace: ClaimedTrace,
  { law, node, element }: At & { readonly law: MoveNode },
): void {
  const [only = 0] = law.inputs;
  if (law.mode === "view") {
    stream.element(only, viewPlace(law, element)).tie(only);
    return;
  }
  const { position, from } = selectPlace(law, inputShapes(trace.model, law).map(sizeOf), element);
  const word = Math.floor((position * 4) / WORD);
  stream.range(trace.parameters(node), leafRange(word, 1), `the sources of node ${node}`);
  if (from === undefined) return;
  const tensor = law.inputs[from.input] ?? 0;
  stream.element(tensor, from.element).tie(tensor);
}

/** Ranges of one tensor and, if there are any, its tie. */
function writeRanges(stream: ProofStream, trace: ClaimedTrace, tensor: number, ranges: readonly LeafRange[]): void {
  for (const range of ranges) stream.range(trace.tensor(tensor), range, `tensor ${tensor}`);
  if (ranges.length > 0) stream.tie(tensor);
}
