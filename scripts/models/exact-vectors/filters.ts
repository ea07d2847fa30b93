import { bytesToHex } from "viem";
import { contractOpening, parameterWords, tensorRoot, tensorWords } from "../../../sdk/src/exact/commit/index.ts";
import { lawElement } from "../../../sdk/src/exact/law/index.ts";
import { sizeOf } from "../../../sdk/src/exact/model.ts";
import type { ContractNode, Shape } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";
import { randomContract } from "../../../test/exact/commit-models.ts";
import { modelOf, nodeTexts } from "./parts.ts";
import { floatHex, proofTexts, shapeText } from "./text.ts";

/** Several pixels in a word, one word per pixel, several words per pixel, matrices. */
const INPUTS: readonly Shape[] = [
  { n: 1, h: 4, w: 4, c: 1 },
  { n: 1, h: 5, w: 6, c: 3 },
  { n: 2, h: 3, w: 4, c: 8 },
  { n: 1, h: 4, w: 3, c: 12 },
  { n: 1, h: 3, w: 3, c: 31 },
  { n: 1, h: 3, w: 3, c: 32 },
  { n: 1, h: 3, w: 2, c: 64 },
  { n: 1, h: 2, w: 2, c: 96 },
  { n: 1, h: 6, w: 1, c: 40 },
  { n: 1, h: 1, w: 1, c: 200 },
];
const MOST_WORDS = 160;

/** filters.json: weights, their words, and what proving one element opens and finds. */
export async function filterVectors(): Promise<object> {
  const random = createRandom(0x5eed03);
  const filters = [];
  for (const input of INPUTS)
    for (let i = 0; i < 2; i++) filters.push(await filterVector(smallContract(random, input), input, random));
  return {
    comment:
      "docs/EXACT.md, Commitments: filters of a Contract. weights are [output channel][row][column][channel of the group]; parameters the words under the root; element what a proof of one output byte opens: ranges of the input's tree and one of the filters'.",
    filters,
  };
}

/** One whose filters fill no more than a few leaves. */
function smallContract(random: Random, input: Shape): ContractNode {
  for (;;) {
    const node = randomContract(random, 0, input);
    if ((parameterWords(node, [input])?.count ?? 0) <= MOST_WORDS) return node;
  }
}

async function filterVector(node: ContractNode, input: Shape, random: Random): Promise<object> {
  const words = parameterWords(node, [input]);
  if (words === undefined) throw new RangeError("A contraction has filters.");
  const x = random.bytes(sizeOf(input));
  const [texts] = await nodeTexts(modelOf(node, [input], random), [input]);
  const index = random.below(sizeOf(node.shape));
  const opening = contractOpening(node, input, index);
  return {
    ...texts,
    weights: bytesToHex(node.weights),
    bias: [...node.bias],
    multipliers: [...node.multipliers].map(floatHex),
    input: { shape: shapeText(input), bytes: bytesToHex(x), root: await tensorRoot(input, x) },
    element: {
      index,
      value: lawElement(node, [input], [x], index),
      output: opening.output,
      channel: opening.channel,
      run: opening.run,
      inputRanges: await proofTexts(tensorWords(input, x), opening.input),
      filterRange: (await proofTexts(words, [opening.filters]))[0],
    },
  };
}
