import { bytesToHex } from "viem";
import type { Hex } from "viem";
import { openRange } from "../../../sdk/src/exact/commit/index.ts";
import type { LeafRange, RangeProof, Words } from "../../../sdk/src/exact/commit/index.ts";
import type { Shape } from "../../../sdk/src/exact/model.ts";

/** The bits of a float32 as 0x and eight digits. */
export function floatHex(value: number): Hex {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, false);
  return bytesToHex(bytes);
}

/** A range proof as the files hold it. */
export interface ProofText {
  readonly first: number;
  readonly leaves: Hex;
  readonly siblings: readonly Hex[];
}

export function proofText({ first, leaves, siblings }: RangeProof): ProofText {
  return { first, leaves: bytesToHex(leaves), siblings };
}

/** Opens ranges of words. */
export async function proofTexts(words: Words, ranges: readonly LeafRange[]): Promise<ProofText[]> {
  return await Promise.all(ranges.map(async (range) => proofText(await openRange(words, range))));
}

/** All words of a tree, joined. */
export function wordsText(words: Words): Hex {
  const bytes = new Uint8Array(words.count * 32);
  words.read(0, words.count, bytes, 0);
  return bytesToHex(bytes);
}

/** n, h, w, c. */
export function shapeText({ n, h, w, c }: Shape): number[] {
  return [n, h, w, c];
}
