import type { Keccak } from "./keccak.ts";
import { LEAF, WORD, leavesOf, readLeaf } from "./words.ts";
import type { Words } from "./words.ts";

/** The lowest level of a tree: `count` hashes of 32 bytes, made one at a time. Right of them lie empty leaves, `bytes32(0)`. */
export interface Nodes {
  readonly count: number;
  /** Writes node `index` into `out` from `at` on. */
  read(index: number, out: Uint8Array, at: number): void;
}

/** Levels between the leaves and the root of a tree of `count` leaves: 0 for one leaf, and for none. */
export function depthOf(count: number): number {
  let depth = 0;
  while (2 ** depth < count) depth++;
  return depth;
}

/** Leaves of four words each: `keccak256(0x00 ‖ leaf)`. */
export function leafNodes(keccak: Keccak, words: Words): Nodes {
  const preimage = new Uint8Array(1 + LEAF);
  return {
    count: leavesOf(words.count),
    read: (index, out, at) => {
      readLeaf(words, index, preimage, 1);
      keccak.hashInto(preimage, out, at);
    },
  };
}

/** Hashes that are leaves as they stand: of node records, or the roots of a trace. */
export function readyNodes(hashes: readonly Uint8Array[]): Nodes {
  return { count: hashes.length, read: (index, out, at) => out.set(hashes[index] ?? new Uint8Array(WORD), at) };
}

/** Root of the whole tree, 32 bytes; `bytes32(0)` if it has no leaf at all. */
export function rootOf(keccak: Keccak, nodes: Nodes): Uint8Array {
  return subtreeRoot(keccak, nodes, depthOf(nodes.count), 0);
}

/**
 * The node at `position` of the level `level` steps above the leaves. Memory does not grow with the tree: finished nodes lie on
 * a stack, one for each bit that is set in the number of leaves passed so far.
 */
export function subtreeRoot(keccak: Keccak, nodes: Nodes, level: number, position: number): Uint8Array {
  const first = position * 2 ** level;
  const full = 2 ** level;
  const count = Math.min(nodes.count - first, full);
  if (count <= 0) return emptyRoot(keccak, level);
  const stack = new Uint8Array((level + 2) * WORD);
  const pair = new Uint8Array(1 + 2 * WORD);
  pair[0] = 1;
  let top = 0;
  const merge = (bits: number) => {
    for (; bits % 2 === 1; bits = (bits - 1) / 2) {
      pair.set(stack.subarray(top - 2 * WORD, top), 1);
      top -= WORD;
      keccak.hashInto(pair, stack, top - WORD);
    }
  };
  for (let index = 0; index < count; index++) {
    nodes.read(first + index, stack, top);
    top += WORD;
    merge(index);
  }
  for (let passed = count, height = 0; passed < full; passed += 2 ** height) {
    while (passed % 2 ** (height + 1) === 0) height++;
    stack.set(emptyRoot(keccak, height), top);
    top += WORD;
    merge(passed / 2 ** height);
  }
  return stack.slice(0, WORD);
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
  const pair = new Uint8Array(1 + 2 * WORD);
  pair[0] = 1;
  pair.set(left, 1);
  pair.set(right, 1 + WORD);
  return keccak.hash(pair);
}
