import { bytesToHex, hexToBytes } from "viem";
import type { Hex } from "viem";
import { leafRange } from "../commit/range.ts";
import type { LeafRange } from "../commit/range.ts";
import { elementPlace } from "../commit/layout.ts";
import { LEAF, WORD } from "../commit/words.ts";
import { sizeOf, tensorShape } from "../model.ts";
import type { ClaimedTrace } from "./claimed-trace.ts";
import { hidden, invalidPlace } from "./errors.ts";
import type { Tree } from "./tree.ts";

/** The questions of docs/EXACT.md, "Proofs", by their numbers. */
export const QUESTIONS = {
  element: 0,
  beaten: 1,
  filler: 2,
  leaf: 3,
  trace: 4,
  tensor: 5,
  sums: 6,
  step: 7,
  maximum: 8,
  stands: 9,
} as const;

/** The first word of a proof. */
export interface Asked {
  readonly question: keyof typeof QUESTIONS;
  /** 0 for a question about the trace. */
  readonly node: number;
  readonly element: number;
  readonly position?: number;
}

const TRACE = "The claimed trace";

/** How high above the leaves the ways from two of them meet, less one: the highest bit in which they differ. */
const meetingLevel = (a: number, b: number): number => 31 - Math.clz32(a ^ b);

/** Writes a proof: words of 32 bytes in the order of their use. */
export class ProofStream {
  readonly #trace: ClaimedTrace;
  readonly #parts: Uint8Array[] = [];
  /** The node whose output was tied. */
  #tied: number | undefined;

  /** Begins with the first word and, unless the question is about the trace itself, the node's record and its siblings. */
  constructor(trace: ClaimedTrace, { question, node, element, position = 0 }: Asked) {
    this.#trace = trace;
    const record = question === "trace" ? new Uint8Array(0) : trace.commitment.records[node];
    if (record === undefined)
      throw invalidPlace(`There is no node ${node}; the model has ${trace.model.nodes.length}.`);
    const first = new Uint8Array(WORD);
    const view = new DataView(first.buffer);
    first[0] = QUESTIONS[question];
    [node, element, position, record.length].forEach((field, i) => {
      if (!Number.isInteger(field) || field < 0 || field >= 2 ** 32)
        throw invalidPlace(`${field} is no place: a proof names places by whole numbers from 0 to 2^32 − 1.`);
      view.setUint32(1 + 4 * i, field, false);
    });
    this.#parts.push(first);
    if (question === "trace") return;
    const padded = new Uint8Array(Math.ceil(record.length / WORD) * WORD);
    padded.set(record);
    this.#parts.push(padded);
    this.path(trace.records, 0, node, "The model's own records");
  }

  /** Bytes so far. */
  get length(): number {
    return this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** A hash as it stands. */
  hash(hash: Hex): this {
    this.#parts.push(hexToBytes(hash));
    return this;
  }

  /** The siblings of one hash, from it up to a height. */
  path(tree: Tree, height: number, index: number, what: string, top = tree.depth): this {
    for (let level = height, at = index; level < top; level++, at = Math.floor(at / 2))
      this.hash(known(tree.hash(level, at % 2 === 0 ? at + 1 : at - 1), what));
    return this;
  }

  /** Leaves and their siblings, level by level from the leaves up, left before right. */
  range(tree: Tree, { first, count }: LeafRange, what: string): this {
    for (let i = first; i < first + count; i++) this.#parts.push(known(tree.leaf(i), `Leaf ${i} of ${what}`));
    let [low, high] = [first, first + count - 1];
    for (let level = 0; level < tree.depth; level++) {
      if (low % 2 === 1) this.hash(known(tree.hash(level, low - 1), what));
      if (high % 2 === 0) this.hash(known(tree.hash(level, high + 1), what));
      [low, high] = [Math.floor(low / 2), Math.floor(high / 2)];
    }
    return this;
  }

  /** The leaf of a tensor that holds an element, with its siblings. */
  element(tensor: number, index: number): this {
    const shape = tensorShape(this.#trace.model, tensor);
    if (!Number.isInteger(index) || index < 0 || index >= sizeOf(shape))
      throw invalidPlace(`Tensor ${tensor} has ${sizeOf(shape)} elements, so there is no element ${index}.`);
    return this.range(this.#trace.tensor(tensor), leafRange(elementPlace(shape, index).word, 1), `tensor ${tensor}`);
  }

  /**
   * What ties a tensor to the claim: the roots of all inputs, or the siblings of its root in the trace; once the node's own output is tied,
   * only those below the hash that is a sibling in its tie.
   */
  tie(tensor: number): this {
    const { inputRoots, trace } = this.#trace;
    const node = tensor - inputRoots.length;
    const own = this.#tied;
    if (node >= 0) return this.path(trace, 0, node, TRACE, own === undefined ? trace.depth : meetingLevel(node, own));
    for (const root of inputRoots) this.hash(root);
    return this;
  }

  /** The node's own output at an element, with its tie. */
  output(node: number, element: number): this {
    const tensor = this.#trace.inputRoots.length + node;
    this.element(tensor, element).tie(tensor);
    this.#tied = node;
    return this;
  }

  toHex(): Hex {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytesToHex(bytes);
  }
}

/**
 * The claimed value of an element of a tensor.
 * @throws GliaError `DISPUTE_HIDDEN`.
 */
export function claimedValue(trace: ClaimedTrace, tensor: number, element: number): number {
  const { word, lane } = elementPlace(tensorShape(trace.model, tensor), element);
  const at = word * WORD + lane;
  const leaf = known(trace.tensor(tensor).leaf(Math.floor(at / LEAF)), `Element ${element} of tensor ${tensor}`);
  return leaf[at % LEAF] ?? 0;
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw hidden(what);
  return value;
}
