import { bytesToHex, concatBytes } from "viem";
import type { ItemData } from "../chain/dispute-types.ts";
import { proveItem } from "../commitments/index.ts";
import { tensorWords } from "../exact/commit/index.ts";
import { tensorShape } from "../exact/model.ts";
import type { JobMaterial } from "./material.ts";

const WORD = 32;

/** One item's outputs as they are posted on chain: each tensor's layout in whole words, and the item's place in the result. */
export async function itemData(material: JobMaterial, item: number): Promise<ItemData> {
  const { model } = material;
  const [tensors, roots] = await Promise.all([material.trace(item), material.outputRoots()]);
  const layouts = model.outputs.map(({ tensor }) => {
    const words = tensorWords(tensorShape(model, tensor), tensors[tensor] ?? new Uint8Array());
    const bytes = new Uint8Array(words.count * WORD);
    words.read(0, words.count, bytes, 0);
    return bytes;
  });
  return {
    item,
    lengths: layouts.map(({ length }) => length),
    data: bytesToHex(concatBytes(layouts)),
    resultProof: proveItem(roots, item),
  };
}
