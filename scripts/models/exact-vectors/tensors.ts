import { bytesToHex } from "viem";
import { elementPlace, tensorRoot, tensorWords } from "../../../sdk/src/exact/commit/index.ts";
import { sizeOf } from "../../../sdk/src/exact/model.ts";
import type { Shape } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import { proofTexts, shapeText } from "./text.ts";

/** Channels at every border of the layout; one leaf, a full tree, trees with empty leaves, a tree of many. */
const SHAPES: readonly Shape[] = [
  ...[1, 2, 3, 4, 5, 8, 9, 16, 17, 31, 32, 33, 64, 65, 100].map((c) => ({ n: 1, h: 3, w: 3, c })),
  { n: 1, h: 1, w: 1, c: 1 },
  { n: 1, h: 1, w: 1, c: 10 },
  { n: 1, h: 1, w: 1, c: 128 },
  { n: 1, h: 1, w: 1, c: 129 },
  { n: 1, h: 1, w: 1, c: 512 },
  { n: 1, h: 32, w: 32, c: 3 },
  { n: 3, h: 5, w: 7, c: 6 },
  { n: 1, h: 77, w: 1, c: 40 },
];

/** tensors.json: physical bytes, roots, range proofs and places of elements. */
export async function tensorVectors(): Promise<object> {
  const random = createRandom(0x5eed02);
  const tensors = [];
  for (const shape of SHAPES) {
    const bytes = random.bytes(sizeOf(shape));
    const words = tensorWords(shape, bytes);
    const leaves = Math.ceil(words.count / 4);
    const first = random.below(leaves);
    const ranges = [
      { first: 0, count: 1 },
      { first, count: 1 + random.below(Math.min(5, leaves - first)) },
    ];
    const elements = [0, bytes.length - 1, random.below(bytes.length)].map((index) => {
      const { word, lane } = elementPlace(shape, index);
      return [index, word, lane, bytes[index]];
    });
    const proofs = await proofTexts(words, leaves === 1 ? ranges.slice(0, 1) : ranges);
    const root = await tensorRoot(shape, bytes);
    tensors.push({ shape: shapeText(shape), bytes: bytesToHex(bytes), words: words.count, root, elements, proofs });
  }
  return {
    comment:
      "docs/EXACT.md, Commitments. Shapes are n, h, w, c; bytes are the elements in that order; elements are [index, word, byte of the word, value].",
    tensors,
  };
}
