import { hexToBytes } from "viem";
import type { Hex } from "viem";

/** Kinds of nodes by their number in a record (docs/EXACT.md, "Commitments"). */
const KINDS = ["Contract", "AddMul", "Table", "MaxPool", "ArgMax", "Move"] as const;

/** What the contract was asked to find by itself, by the question's number (docs/EXACT.md, "Proofs"). */
const QUESTIONS: Readonly<Record<number, (element: number, position: number) => string>> = {
  0: (element) => `computed element ${element}`,
  1: (element) => `found a larger one than element ${element}`,
  2: (element) => `found a filler byte ${element} that is not 0`,
  3: (element) => `found a leaf ${element} behind the last one`,
  7: (element, position) => `computed step ${position} of the sum of element ${element}`,
};

/** What a proof asks the contract to find. */
export interface ProofHead {
  /** As a clause without its subject. */
  readonly what: string;
  readonly node: number;
  readonly kind: (typeof KINDS)[number];
}

/** Reads the first word of a proof, and the kind of the node from the record behind it. */
export function readProofHead(proof: Hex): ProofHead {
  const bytes = hexToBytes(proof);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const what = QUESTIONS[view.getUint8(0)];
  const kind = KINDS[view.getUint32(32) - 1];
  if (what === undefined || kind === undefined)
    throw new Error("The proof asks for nothing that a contract recomputes.");
  return { what: what(view.getUint32(5), view.getUint32(9)), node: view.getUint32(1), kind };
}
