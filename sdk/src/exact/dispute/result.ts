import { encodeAbiParameters, keccak256 } from "viem";
import type { Hex } from "viem";
import { tagHash } from "../../commitments/tags.ts";
import type { Keccak } from "../commit/keccak.ts";
import { depthOf } from "../commit/tree.ts";
import { firstDifference } from "./difference.ts";
import type { Preimages } from "./known-tree.ts";
import { knownTree } from "./known-tree.ts";
import { SHOWN_LEVELS } from "./locate.ts";
import { hashTree } from "./tree.ts";
import type { FullTree } from "./tree.ts";

const EMPTY = tagHash("glia.empty.v1");
const LEAF_LAYOUT = [{ type: "uint256" }, { type: "bytes32" }] as const;

/** The tree over a batch's or a result's item roots (docs/PROTOCOL.md, "Roots"); leaf i is `keccak256(abi.encode(i, itemRoot))`. */
export function resultTree(keccak: Keccak, itemRoots: readonly Hex[]): FullTree {
  const leaves = itemRoots.map((root, index) => keccak256(encodeAbiParameters(LEAF_LAYOUT, [BigInt(index), root])));
  return hashTree(keccak, leaves, EMPTY);
}

/** What whoever knows only that a result's root is wrong does next. */
export type ResultMove =
  /** {IDisputes-demandResult}. At a place behind the last item, where nothing but padding may stand, it wins at once. */
  | {
      readonly kind: "demandResult";
      readonly height: number;
      readonly index: number;
      readonly hash: Hex;
      readonly levels: number;
      readonly siblings: readonly Hex[];
    }
  /** {IDisputes-chooseItem}. */
  | { readonly kind: "chooseItem"; readonly item: number }
  /** Nothing differs. */
  | { readonly kind: "concede"; readonly reason: string };

/**
 * Looks through a claimed result's tree for the first item whose root is not one's own, and at what stands behind the last.
 * @param itemRoots one's own output item roots, all of the batch
 * @param shown what was shown of the claimed tree so far
 */
export function nextResultMove(
  keccak: Keccak,
  itemRoots: readonly Hex[],
  resultRoot: Hex,
  shown: Preimages,
): ResultMove {
  const own = resultTree(keccak, itemRoots);
  const claimed = knownTree(resultRoot, depthOf(itemRoots.length), shown);
  const place = firstDifference(own, claimed);
  if (place === undefined) return { kind: "concede", reason: "The result's root is that of my own." };
  const { height, index } = place;
  if (height === 0 && index < itemRoots.length) return { kind: "chooseItem", item: index };
  const siblings: Hex[] = [];
  for (let level = height, at = index; level < claimed.depth; level++, at = Math.floor(at / 2)) {
    const sibling = claimed.hash(level, at % 2 === 0 ? at + 1 : at - 1);
    if (sibling !== undefined) siblings.push(sibling);
  }
  const hash = claimed.hash(height, index) ?? claimed.root;
  return { kind: "demandResult", height, index, hash, levels: Math.min(SHOWN_LEVELS, height), siblings };
}
