import { bytesToHex, hexToBytes, isHex } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../../errors.ts";
import { loadKeccak } from "./keccak.ts";
import { foldRange, siblingsOf } from "./siblings.ts";
import { depthOf, leafNodes, nodeHashes, readyNodes } from "./tree.ts";
import { LEAF, WORD, byteWords, leavesOf, readLeaves } from "./words.ts";
import type { Words } from "./words.ts";

/** Leaves of a tree of words, next to each other. */
export interface LeafRange {
  readonly first: number;
  readonly count: number;
}

/** Leaves next to each other, with what proves them. */
export interface RangeProof {
  readonly first: number;
  /** 128 bytes for each leaf. */
  readonly leaves: Uint8Array;
  /** Level by level from the leaves up, left before right. */
  readonly siblings: readonly Hex[];
}

/** The leaves that hold `count` words from `first` on. */
export function leafRange(first: number, count: number): LeafRange {
  const perLeaf = LEAF / WORD;
  const leaf = Math.floor(first / perLeaf);
  return { first: leaf, count: Math.floor((first + count - 1) / perLeaf) - leaf + 1 };
}

/** The same leaves in ascending order; ranges that touch or overlap become one. */
export function joinRanges(ranges: readonly LeafRange[]): LeafRange[] {
  const result: LeafRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const last = result.at(-1);
    if (last === undefined || range.first > last.first + last.count) result.push(range);
    else {
      const end = Math.max(last.first + last.count, range.first + range.count);
      result[result.length - 1] = { first: last.first, count: end - last.first };
    }
  }
  return result;
}

/**
 * Opens leaves of a tensor, of filters, a table or sources. The rest of the tree is hashed again, less than a microsecond for each leaf.
 * @throws GliaError `EXACT_RANGE_INVALID` if there are no such leaves, `EXACT_HASH_UNAVAILABLE`.
 */
export async function openRange(words: Words, { first, count }: LeafRange): Promise<RangeProof> {
  const all = leavesOf(words.count);
  if (!Number.isInteger(first) || !Number.isInteger(count) || first < 0 || count < 1 || first + count > all)
    throw rangeError(`${count} leaves from ${first} on`, `${all} leaves`);
  const keccak = await loadKeccak();
  const leaves = new Uint8Array(count * LEAF);
  readLeaves(words, first, count, leaves);
  return { first, leaves, siblings: siblingsOf(keccak, leafNodes(words), first, count).map(toHex) };
}

/**
 * Whether these are leaves of the tree under `root`, which holds `words` words; that number comes from the node's record, never from the prover.
 * @throws GliaError `EXACT_HASH_UNAVAILABLE`.
 */
export async function verifyRange(root: Hex, words: number, proof: RangeProof): Promise<boolean> {
  const { first, leaves } = proof;
  const count = leaves.length / LEAF;
  if (!Number.isInteger(count) || !(first + count <= leavesOf(words))) return false;
  const keccak = await loadKeccak();
  const hashes = nodeHashes(keccak, leafNodes(byteWords(leaves)), 0, count);
  return leadsTo(root, depthOf(leavesOf(words)), first, hashes, proof.siblings);
}

/**
 * Siblings of one leaf that is a hash as it stands: of a node's record under `nodesRoot`, of a tensor's root under a trace's.
 * @throws GliaError `EXACT_RANGE_INVALID` if there is no such leaf, `EXACT_HASH_UNAVAILABLE`.
 */
export async function openHash(leaves: readonly Hex[], index: number): Promise<Hex[]> {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw rangeError(`leaf ${index}`, `${leaves.length} leaves`);
  const nodes = readyNodes(leaves.map((leaf) => hexToBytes(leaf)));
  return siblingsOf(await loadKeccak(), nodes, index, 1).map(toHex);
}

/**
 * Whether `hash` stands at place `index` of the lowest level of a tree of `count` leaves. The place may lie behind the last leaf: a hash
 * there that is not `bytes32(0)` proves that the tree is none of ours.
 * @throws GliaError `EXACT_HASH_UNAVAILABLE`.
 */
export async function verifyHash(
  root: Hex,
  count: number,
  index: number,
  hash: Hex,
  siblings: readonly Hex[],
): Promise<boolean> {
  return isHash(hash) && (await leadsTo(root, depthOf(count), index, [hexToBytes(hash)], siblings));
}

async function leadsTo(
  root: Hex,
  depth: number,
  first: number,
  nodes: readonly Uint8Array[],
  siblings: readonly Hex[],
) {
  if (!siblings.every(isHash)) return false;
  const bytes = siblings.map((sibling) => hexToBytes(sibling));
  const found = foldRange(await loadKeccak(), depth, first, nodes, bytes);
  return found !== undefined && bytesToHex(found) === root.toLowerCase();
}

const isHash = (text: Hex): boolean => isHex(text) && text.length === 2 + 2 * WORD;
const toHex = (bytes: Uint8Array): Hex => bytesToHex(bytes);

function rangeError(wanted: string, there: string): GliaError {
  return new GliaError("EXACT_RANGE_INVALID", `There is no range of ${wanted}: the tree has ${there}.`, {
    kind: "input",
    hint: "Places follow from the shapes in the node's record.",
  });
}
