import { bytesToHex, hexToBytes } from "viem";
import type { Hex } from "viem";
import { CHUNK } from "../commit/keccak.ts";
import type { Keccak } from "../commit/keccak.ts";
import { depthOf, innerHash, leafNodes, readyNodes } from "../commit/tree.ts";
import type { Nodes } from "../commit/tree.ts";
import { LEAF, WORD, leavesOf, readLeaves } from "../commit/words.ts";
import type { Words } from "../commit/words.ts";

/** A hash tree of which the whole or a part is known. */
export interface Tree {
  readonly root: Hex;
  /** Levels between the leaves and the root. */
  readonly depth: number;
  /** The hash `height` levels above the leaves, number `index` from the left; `undefined` where there is none or it is not known. */
  hash(height: number, index: number): Hex | undefined;
  /** The 128 bytes of a leaf; `undefined` where there is none or it is not known, and in trees whose leaves are hashes as they stand. */
  leaf(index: number): Uint8Array | undefined;
}

/** Where a hash stands in a tree. */
export interface TreePlace {
  readonly height: number;
  readonly index: number;
}

/** A tree of which everything is known. */
export interface FullTree extends Tree {
  hash(height: number, index: number): Hex;
  /** Where this hash stands, at least `lowest` levels above the leaves; of equals the lowest, of these the first. */
  find(hash: Hex, lowest: number): TreePlace | undefined;
}

const EMPTY = new Uint8Array(WORD);

/**
 * The tree over words: of a tensor, of filters, a table, sources, sums. Its hashes are made when the first of them is asked for, less than a
 * microsecond for each leaf, and kept: half as many bytes as the words have.
 */
export function wordsTree(keccak: Keccak, words: Words): FullTree {
  const count = leavesOf(words.count);
  const leaf = (index: number): Uint8Array | undefined => {
    if (!Number.isInteger(index) || index < 0 || index >= count) return undefined;
    const bytes = new Uint8Array(LEAF);
    readLeaves(words, index, 1, bytes);
    return bytes;
  };
  return treeOf(keccak, leafNodes(words), EMPTY, leaf);
}

/**
 * The tree whose leaves are hashes as they stand: of records, of a trace, of a batch's results.
 * @param empty what fills it up to a power of two; `bytes32(0)` in all trees of the exact profile
 * @param leaf the bytes below a leaf, where there are some
 */
export function hashTree(
  keccak: Keccak,
  leaves: readonly Hex[],
  empty: Hex = bytesToHex(EMPTY),
  leaf: Tree["leaf"] = () => undefined,
): FullTree {
  return treeOf(keccak, readyNodes(leaves.map((hash) => hexToBytes(hash))), hexToBytes(empty), leaf);
}

function treeOf(keccak: Keccak, nodes: Nodes, empty: Uint8Array, leaf: Tree["leaf"]): FullTree {
  const depth = depthOf(nodes.count);
  const fills = fillsOf(keccak, empty, depth);
  let levels: readonly Uint8Array[] | undefined;
  const hash = (height: number, index: number): Hex => {
    levels ??= levelsOf(keccak, nodes, fills);
    const fill = fills[height];
    if (fill === undefined || !Number.isInteger(index) || index < 0 || index >= 2 ** (depth - height))
      throw new RangeError(`A tree of depth ${depth} has no hash ${index} at height ${height}.`);
    const found = levels[height]?.subarray(index * WORD, (index + 1) * WORD);
    return bytesToHex(found?.length === WORD ? found : fill);
  };
  let root: Hex | undefined;
  return {
    get root() {
      return (root ??= hash(depth, 0));
    },
    depth,
    hash,
    leaf,
    find: (wanted, lowest) => findIn(levels ?? levelsOf(keccak, nodes, fills), fills, hexToBytes(wanted), lowest),
  };
}

/** Roots of trees of 2^height empty leaves, for heights 0 to `depth`. */
function fillsOf(keccak: Keccak, empty: Uint8Array, depth: number): Uint8Array[] {
  const fills = [empty];
  for (let fill = empty; fills.length <= depth; fills.push(fill)) fill = innerHash(keccak, fill, fill);
  return fills;
}

/** All levels, the leaves' first; only what stands above real leaves, but for the root. */
function levelsOf(keccak: Keccak, nodes: Nodes, fills: readonly Uint8Array[]): Uint8Array[] {
  let level = new Uint8Array(nodes.count * WORD);
  for (let first = 0; first < nodes.count; first += CHUNK) {
    const count = Math.min(CHUNK, nodes.count - first);
    nodes.load(keccak, first, count);
    level.set(keccak.hashes.subarray(0, count * WORD), first * WORD);
  }
  const levels = [level];
  for (const fill of fills.slice(0, -1)) {
    const below = level;
    const pairs = Math.ceil(below.length / WORD / 2);
    level = new Uint8Array(pairs * WORD);
    for (let first = 0; first < pairs; first += CHUNK / 2) {
      const count = Math.min(CHUNK / 2, pairs - first);
      const part = below.subarray(2 * first * WORD, 2 * (first + count) * WORD);
      keccak.hashes.set(part);
      if (part.length < 2 * count * WORD) keccak.hashes.set(fill, part.length);
      keccak.hashPairs(count);
      level.set(keccak.hashes.subarray(0, count * WORD), first * WORD);
    }
    levels.push(level);
  }
  return levels;
}

function findIn(
  levels: readonly Uint8Array[],
  fills: readonly Uint8Array[],
  wanted: Uint8Array,
  lowest: number,
): TreePlace | undefined {
  for (let height = lowest; height < levels.length; height++) {
    const level = levels[height] ?? EMPTY;
    for (let at = 0; at < level.length; at += WORD) if (equalAt(level, at, wanted)) return { height, index: at / WORD };
    const behind = level.length / WORD;
    const fill = fills[height];
    if (behind < 2 ** (levels.length - 1 - height) && fill !== undefined && equalAt(fill, 0, wanted))
      return { height, index: behind };
  }
  return undefined;
}

function equalAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < WORD; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}
