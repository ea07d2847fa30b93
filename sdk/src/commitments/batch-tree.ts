import { concat, encodeAbiParameters, keccak256 } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../errors.ts";
import { tagHash } from "./tags.ts";

/** Fills the tree up to a power of two. */
const EMPTY = tagHash("glia.empty.v1");
const LEAF_LAYOUT = [{ type: "uint256" }, { type: "bytes32" }] as const;

/** A batch's Merkle tree over the roots of its items. */
export interface BatchTree {
  /** `batchRoot` over inputs, `resultRoot` over outputs. */
  readonly root: Hex;
  readonly count: number;
  /**
   * Sibling hashes of an item, from the leaf up.
   * @throws GliaError `BATCH_ITEM_UNKNOWN`.
   */
  proveItem(index: number): Hex[];
}

/**
 * Builds the tree: leaf i is `keccak256(abi.encode(i, itemRoot))`, an inner node `keccak256(0x01 ‖ left ‖ right)`.
 * @throws GliaError `BATCH_EMPTY` for no items.
 */
export function batchTree(itemRoots: readonly Hex[]): BatchTree {
  const count = itemRoots.length;
  if (count === 0) throw new GliaError("BATCH_EMPTY", "A batch has at least one item; none came.", { kind: "input" });
  const levels: Hex[][] = [itemRoots.map((root, index) => leafHash(index, root))];
  for (let size = paddedCount(count), fill: Hex = EMPTY; size > 1; size /= 2, fill = innerHash(fill, fill)) {
    const below = levels.at(-1) ?? [];
    // Only nodes above real leaves are kept; whatever lies right of them is the level's one padding hash.
    levels.push(
      Array.from({ length: Math.ceil(below.length / 2) }, (_, i) =>
        innerHash(below[2 * i] ?? fill, below[2 * i + 1] ?? fill),
      ),
    );
  }
  const root = levels.at(-1)?.[0] ?? EMPTY;
  const proveItem = (index: number): Hex[] => {
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new GliaError("BATCH_ITEM_UNKNOWN", `There is no item ${index}; the batch has items 0 to ${count - 1}.`, {
        kind: "input",
      });
    }
    let fill: Hex = EMPTY;
    let position = index;
    return levels.slice(0, -1).map((level) => {
      const sibling = level[position ^ 1] ?? fill;
      fill = innerHash(fill, fill);
      position >>>= 1;
      return sibling;
    });
  };
  return { root, count, proveItem };
}

/** The proof of one item from all item roots; see {@link BatchTree.proveItem}. */
export function proveItem(itemRoots: readonly Hex[], index: number): Hex[] {
  return batchTree(itemRoots).proveItem(index);
}

/** Whether `itemRoot` is item `index` of the `count` items under `root`. A proof of the wrong length proves nothing. */
export function verifyItem(root: Hex, index: number, count: number, itemRoot: Hex, proof: readonly Hex[]): boolean {
  if (!Number.isSafeInteger(count) || !Number.isInteger(index) || index < 0 || index >= count || count > 2 ** 32)
    return false;
  if (proof.length !== Math.log2(paddedCount(count))) return false;
  let node = leafHash(index, itemRoot);
  let position = index;
  for (const sibling of proof) {
    node = position % 2 === 0 ? innerHash(node, sibling) : innerHash(sibling, node);
    position = Math.floor(position / 2);
  }
  return node.toLowerCase() === root.toLowerCase();
}

function leafHash(index: number, itemRoot: Hex): Hex {
  return keccak256(encodeAbiParameters(LEAF_LAYOUT, [BigInt(index), itemRoot]));
}

function innerHash(left: Hex, right: Hex): Hex {
  return keccak256(concat(["0x01", left, right]));
}

function paddedCount(count: number): number {
  let size = 1;
  while (size < count) size *= 2;
  return size;
}
