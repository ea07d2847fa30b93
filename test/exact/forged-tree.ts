import { concat, keccak256 } from "viem";
import type { Hex } from "viem";
import type { FullTree, TreePlace } from "../../sdk/src/exact/dispute/index.ts";

/** A tree with one hash that stands for nothing; those above it are computed from it. What it shows below that hash is not there. */
export function forgedTree(tree: FullTree, place: TreePlace, forged: Hex): FullTree {
  const changed = new Map<string, Hex>([[`${place.height} ${place.index}`, forged]]);
  const hash = (height: number, index: number): Hex => changed.get(`${height} ${index}`) ?? tree.hash(height, index);
  let { index } = place;
  for (let { height } = place; height < tree.depth; height++) {
    index = Math.floor(index / 2);
    const above = keccak256(concat(["0x01", hash(height, 2 * index), hash(height, 2 * index + 1)]));
    changed.set(`${height + 1} ${index}`, above);
  }
  const find = (wanted: Hex, lowest: number): TreePlace | undefined => {
    for (const [at, value] of changed) {
      const [height = 0, column = 0] = at.split(" ").map(Number);
      if (value === wanted && height >= lowest) return { height, index: column };
    }
    return tree.find(wanted, lowest);
  };
  return { root: hash(tree.depth, 0), depth: tree.depth, hash, leaf: (at) => tree.leaf(at), find };
}
