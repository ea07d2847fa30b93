import { CHUNK } from "./keccak.ts";
import type { Keccak } from "./keccak.ts";
import { WORD, leavesOf, readLeaves } from "./words.ts";
import type { Words } from "./words.ts";

/** Levels of the tree over one chunk. */
const CHUNK_LEVELS = Math.log2(CHUNK);

/** The lowest level of a tree: `count` hashes of 32 bytes, made when they are asked for. Right of them lie empty leaves, `bytes32(0)`. */
export interface Nodes {
  readonly count: number;
  /** Puts nodes `first` to `first + count - 1`, at most a chunk, into `keccak.hashes`. */
  load(keccak: Keccak, first: number, count: number): void;
}

/** Levels between the leaves and the root of a tree of `count` leaves: 0 for one leaf, and for none. */
export function depthOf(count: number): number {
  let depth = 0;
  while (2 ** depth < count) depth++;
  return depth;
}

/** Leaves of four words each: `keccak256(0x00 ‖ leaf)`. */
export function leafNodes(words: Words): Nodes {
  return {
    count: leavesOf(words.count),
    load: (keccak, first, count) => {
      readLeaves(words, first, count, keccak.leaves);
      keccak.hashLeaves(count);
    },
  };
}

/** Hashes that are leaves as they stand: of node records, or the roots of a trace. */
export function readyNodes(hashes: readonly Uint8Array[]): Nodes {
  return {
    count: hashes.length,
    load: (keccak, first, count) =>
      hashes.slice(first, first + count).forEach((hash, i) => keccak.hashes.set(hash, i * WORD)),
  };
}

/** Nodes `first` to `first + count - 1` of the lowest level, 32 bytes each. */
export function nodeHashes(keccak: Keccak, nodes: Nodes, first: number, count: number): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let done = 0; done < count; done += CHUNK) {
    const part = Math.min(CHUNK, count - done);
    nodes.load(keccak, first + done, part);
    for (let i = 0; i < part; i++) hashes.push(keccak.hashes.slice(i * WORD, (i + 1) * WORD));
  }
  return hashes;
}

/** Root of the whole tree, 32 bytes; `bytes32(0)` if it has no leaf at all. */
export function rootOf(keccak: Keccak, nodes: Nodes): Uint8Array {
  return subtreeRoot(keccak, nodes, depthOf(nodes.count), 0);
}

/** The node at `position` of the level `level` steps above the leaves. Nothing but one chunk of the tree is kept at any time. */
export function subtreeRoot(keccak: Keccak, nodes: Nodes, level: number, position: number): Uint8Array {
  const first = position * 2 ** level;
  let count = Math.min(nodes.count - first, 2 ** level);
  if (count <= 0) return emptyRoot(keccak, level);
  if (level > CHUNK_LEVELS) {
    const left = subtreeRoot(keccak, nodes, level - 1, 2 * position);
    return innerHash(keccak, left, subtreeRoot(keccak, nodes, level - 1, 2 * position + 1));
  }
  // Before anything lies in `keccak.hashes`: making these uses it.
  const empty = Array.from({ length: level }, (_, height) => emptyRoot(keccak, height));
  nodes.load(keccak, first, count);
  for (const fill of empty) {
    if (count % 2 === 1) keccak.hashes.set(fill, count++ * WORD);
    count /= 2;
    keccak.hashPairs(count);
  }
  return keccak.hashes.slice(0, WORD);
}

const emptyRoots: Uint8Array[] = [new Uint8Array(WORD)];

/** Root of a tree of 2^level empty leaves. */
function emptyRoot(keccak: Keccak, level: number): Uint8Array {
  for (let height = emptyRoots.length; height <= level; height++) {
    const below = emptyRoots[height - 1] ?? new Uint8Array(WORD);
    emptyRoots.push(innerHash(keccak, below, below));
  }
  return emptyRoots[level] ?? new Uint8Array(WORD);
}

/** `keccak256(0x01 ‖ left ‖ right)`. */
export function innerHash(keccak: Keccak, left: Uint8Array, right: Uint8Array): Uint8Array {
  keccak.hashes.set(left, 0);
  keccak.hashes.set(right, WORD);
  keccak.hashPairs(1);
  return keccak.hashes.slice(0, WORD);
}
