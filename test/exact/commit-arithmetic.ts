/** What a contract does with the opened words of one element of a contraction: 256-bit words, masks and multiplications, nothing else. */
import { contractOpening, parameterWords, tensorWords } from "../../sdk/src/exact/commit/index.ts";
import { openRange, tensorRoot, verifyRange, wordsOfShape } from "../../sdk/src/exact/commit/index.ts";
import type { LeafRange, RangeProof, Words } from "../../sdk/src/exact/commit/index.ts";
import type { ContractNode, Shape } from "../../sdk/src/exact/model.ts";
import { naiveFilters, naiveLeaves, naiveRoot } from "./commit-naive.ts";

const WORD_BITS = 256n;
/** Byte 3 of each of the eight groups of 4 bytes. */
const LOW_BYTES = BigInt(`0x${"000000ff".repeat(8)}`);
/** 1 in each of the eight groups: a sum instead of a dot product. */
const ONES = BigInt(`0x${"00000001".repeat(8)}`);
const ALL_LANES = BigInt(`0x${"01".repeat(32)}`);

const truncated = (value: bigint): bigint => BigInt.asUintN(Number(WORD_BITS), value);

/** Dot product of 32 lanes of activations with 32 lanes of weights whose groups stand in reverse order. */
export function dotOfWords(activations: bigint, weights: bigint): number {
  let sum = 0;
  for (let shift = 0n; shift < 32n; shift += 8n)
    sum += topOf(((activations >> shift) & LOW_BYTES) * ((weights >> shift) & LOW_BYTES));
  return sum;
}

function sumOfWord(activations: bigint): number {
  let sum = 0;
  for (let shift = 0n; shift < 32n; shift += 8n) sum += topOf(((activations >> shift) & LOW_BYTES) * ONES);
  return sum;
}

const topOf = (product: bigint): number => Number(truncated(product) >> 224n);

interface Opened {
  readonly proofs: readonly RangeProof[];
  word(index: number): bigint;
}

/** Opens ranges of a tree of words and hands out the words in them, and no others. */
async function opened(words: Words, ranges: readonly LeafRange[]): Promise<Opened> {
  const proofs = await Promise.all(ranges.map((range) => openRange(words, range)));
  const word = (index: number): bigint => {
    for (const { first, leaves } of proofs) {
      const at = index * 32 - first * 128;
      if (at >= 0 && at < leaves.length)
        return BigInt(`0x${Buffer.from(leaves.subarray(at, at + 32)).toString("hex")}`);
    }
    throw new RangeError(`Word ${index} was not opened.`);
  };
  return { proofs, word };
}

export interface ProvenElement {
  readonly accumulator: number;
  readonly multiplier: number;
  /** Whether every range that was opened verifies under its root. */
  readonly proven: boolean;
}

/** The accumulator of one element, from opened words only, and whether these were proven. */
export async function proveContract(
  node: ContractNode,
  input: Shape,
  tensor: Uint8Array,
  index: number,
): Promise<ProvenElement> {
  const opening = contractOpening(node, input, index);
  const filters = parameterWords(node, [input]);
  if (filters === undefined) throw new RangeError("A contraction has filters.");
  const x = await opened(tensorWords(input, tensor), opening.input);
  const w = await opened(filters, [opening.filters]);
  const header = w.word(opening.run.first);
  let sum = Number(BigInt.asIntN(64, header >> 192n));
  for (const { place, weights } of opening.taps) {
    for (let i = 0; i < opening.words; i++) {
      const activations =
        place === undefined
          ? ALL_LANES * BigInt(node.xZero)
          : truncated(x.word(place.word + i) << BigInt(8 * place.lane));
      sum += dotOfWords(activations, w.word(opening.run.first + weights + i)) - node.wZero * sumOfWord(activations);
    }
  }
  const bits = new DataView(new ArrayBuffer(4));
  bits.setUint32(0, Number((header >> 160n) & 0xffffffffn));
  const inputRoot = await tensorRoot(input, tensor);
  const filterRoot = naiveRoot(naiveLeaves(naiveFilters(node, input).flat(2)));
  const checks = await Promise.all([
    ...x.proofs.map((proof) => verifyRange(inputRoot, wordsOfShape(input), proof)),
    ...w.proofs.map((proof) => verifyRange(filterRoot, filters.count, proof)),
  ]);
  return { accumulator: sum, multiplier: bits.getFloat32(0), proven: checks.every(Boolean) };
}
