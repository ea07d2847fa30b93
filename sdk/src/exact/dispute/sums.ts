import type { Hex } from "viem";
import { contractOpening } from "../commit/contract-opening.ts";
import type { ContractOpening } from "../commit/contract-opening.ts";
import { weightByte } from "../commit/filters.ts";
import { leafRange } from "../commit/range.ts";
import { LEAF, WORD, uint32Words } from "../commit/words.ts";
import type { ContractNode } from "../model.ts";
import type { SumsQuestion } from "./claim.ts";
import { inputShapes, nodeOf } from "./claimed-trace.ts";
import type { ClaimedTrace } from "./claimed-trace.ts";
import { hidden, invalidPlace } from "./errors.ts";
import { ProofStream, claimedValue } from "./stream.ts";
import { wordsTree } from "./tree.ts";
import type { FullTree, Tree } from "./tree.ts";

/**
 * Asks for the prefix sums of an element of a Contract.
 * @throws GliaError `DISPUTE_HIDDEN`, `DISPUTE_PLACE_INVALID`.
 */
export function askSums(trace: ClaimedTrace, node: number, element: number): Hex {
  const { opening } = contractAt(trace, node, element);
  return new ProofStream(trace, { question: "sums", node, element })
    .output(node, element)
    .range(trace.parameters(node), leafRange(opening.run.first, 1), `the filters of node ${node}`)
    .toHex();
}

/**
 * What the contract makes of that question.
 * @throws GliaError as {@link askSums}.
 */
export function sumsQuestionOf(trace: ClaimedTrace, node: number, element: number): SumsQuestion {
  const { law, opening } = contractAt(trace, node, element);
  const { bytes, at } = wordAt(trace.parameters(node), opening.run.first, `the filters of node ${node}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, WORD);
  return {
    node,
    element,
    steps: opening.run.count - 1,
    multiplier: view.getUint32(8, false),
    bias: view.getBigInt64(0, false),
    yZero: law.yZero,
    claimed: claimedValue(trace, trace.model.inputs.length + node, element),
  };
}

/**
 * The prefix sums of an element of a Contract, one for each word of activations: sums of `Σ x·w − wZero·Σ x` over the word's lanes.
 * @throws GliaError as {@link askSums}.
 */
export function prefixSums(trace: ClaimedTrace, node: number, element: number): Int32Array {
  const { law, input, opening } = contractAt(trace, node, element);
  const activations = trace.tensor(input);
  const filters = trace.parameters(node);
  const sums = new Int32Array(opening.run.count - 1);
  let sum = 0;
  opening.taps.forEach(({ place, weights }, tap) => {
    for (let word = 0; word < opening.words; word++) {
      const w = wordAt(filters, opening.run.first + weights + word, `the filters of node ${node}`);
      const x = place && wordAt(activations, place.word + word, `tensor ${input}`);
      const lane = place?.lane ?? 0;
      for (let k = 0; k < WORD - lane; k++)
        sum += (x === undefined ? law.xZero : (x.bytes[x.at + lane + k] ?? 0)) * weight(w, k, law.wZero);
      sums[tap * opening.words + word] = sum;
    }
  });
  return sums;
}

/** The bytes that a provider posts: the sums as big-endian int32. */
export function sumsBytes(sums: Int32Array): Uint8Array {
  const bytes = new Uint8Array(4 * sums.length);
  const view = new DataView(bytes.buffer);
  sums.forEach((sum, i) => {
    view.setInt32(4 * i, sum, false);
  });
  return bytes;
}

/**
 * Posted bytes as sums.
 * @throws GliaError `DISPUTE_PLACE_INVALID` if they are no whole number of them.
 */
export function sumsOfBytes(bytes: Uint8Array): Int32Array {
  if (bytes.length % 4 !== 0) throw invalidPlace(`${bytes.length} bytes are no whole number of sums of 4 bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(4 * i, false));
}

/** The tree over posted sums. */
export function sumsTree({ keccak }: ClaimedTrace, sums: Int32Array): FullTree {
  return wordsTree(keccak, uint32Words(Uint32Array.from(sums, (sum) => sum >>> 0)));
}

/** One step of posted sums. */
export interface Step {
  readonly node: number;
  readonly element: number;
  readonly step: number;
  /** All sums as they were posted. */
  readonly sums: Int32Array;
}

/**
 * Proof that one step of posted sums adds something else than the products of its words.
 * @throws GliaError as {@link askSums}.
 */
export function proveStep(trace: ClaimedTrace, { node, element, step, sums }: Step): Hex {
  const { input, opening } = contractAt(trace, node, element);
  if (!Number.isInteger(step) || step < 0 || step >= opening.run.count - 1 || sums.length !== opening.run.count - 1)
    throw invalidPlace(`Step ${step} of ${sums.length} sums is none: the element has ${opening.run.count - 1} words.`);
  const tree = sumsTree(trace, sums);
  const stream = new ProofStream(trace, { question: "step", node, element, position: step });
  if (step > 0) stream.range(tree, sumLeaf(step - 1), "the sums");
  stream.range(tree, sumLeaf(step), "the sums");
  stream.range(trace.parameters(node), leafRange(opening.run.first + 1 + step, 1), `the filters of node ${node}`);
  const place = opening.taps[Math.floor(step / opening.words)]?.place;
  if (place === undefined) return stream.toHex();
  const word = place.word + (step % opening.words);
  return stream.range(trace.tensor(input), leafRange(word, 1), `tensor ${input}`).tie(input).toHex();
}

const sumLeaf = (index: number) => leafRange(Math.floor((index * 4) / WORD), 1);

interface ContractAt {
  readonly law: ContractNode;
  /** Number of the tensor that it reads. */
  readonly input: number;
  readonly opening: ContractOpening;
}

function contractAt({ model }: ClaimedTrace, node: number, element: number): ContractAt {
  const law = nodeOf(model, node);
  const [from] = inputShapes(model, law);
  const [input] = law.inputs;
  if (law.kind !== "Contract" || from === undefined || input === undefined)
    throw invalidPlace(`Node ${node} is a ${law.kind}: only a Contract has sums.`);
  return { law, input, opening: contractOpening(law, from, element) };
}

interface WordAt {
  /** The leaf that holds the word. */
  readonly bytes: Uint8Array;
  readonly at: number;
}

function wordAt(tree: Tree, word: number, what: string): WordAt {
  const byte = word * WORD;
  const bytes = tree.leaf(Math.floor(byte / LEAF));
  if (bytes === undefined) throw hidden(`Word ${word} of ${what}`);
  return { bytes, at: byte % LEAF };
}

function weight({ bytes, at }: WordAt, lane: number, zero: number): number {
  return (bytes[at + weightByte(lane)] ?? 0) - zero;
}
