import type { Keccak } from "./keccak.ts";
import { depthOf, innerHash, subtreeRoot } from "./tree.ts";
import type { Nodes } from "./tree.ts";

/**
 * What a verifier of leaves `first` to `first + count - 1` needs besides them: level by level from the leaves up, left before right.
 * Siblings that stand for empty leaves only are among them, so that a proof's length follows from its place alone.
 */
export function siblingsOf(keccak: Keccak, nodes: Nodes, first: number, count: number): Uint8Array[] {
  const siblings: Uint8Array[] = [];
  const depth = depthOf(nodes.count);
  let [low, high] = [first, first + count - 1];
  for (let level = 0; level < depth; level++) {
    if (low % 2 === 1) siblings.push(subtreeRoot(keccak, nodes, level, low - 1));
    if (high % 2 === 0) siblings.push(subtreeRoot(keccak, nodes, level, high + 1));
    [low, high] = [Math.floor(low / 2), Math.floor(high / 2)];
  }
  return siblings;
}

/**
 * The root that follows from the hashes `first` to `first + nodes.length - 1` on the lowest level of a tree of this depth, and siblings.
 * All are of 32 bytes. `undefined` if the place is outside the tree or the siblings are not exactly as many as the place needs.
 */
export function foldRange(
  keccak: Keccak,
  depth: number,
  first: number,
  nodes: readonly Uint8Array[],
  siblings: readonly Uint8Array[],
): Uint8Array | undefined {
  if (!Number.isInteger(first) || first < 0 || nodes.length === 0 || first + nodes.length > 2 ** depth)
    return undefined;
  let used = 0;
  let low = first;
  let level = [...nodes];
  for (let height = 0; height < depth; height++) {
    const high = low + level.length - 1;
    const left = low % 2 === 1 ? siblings[used++] : undefined;
    const right = high % 2 === 0 ? siblings[used++] : undefined;
    const full = [...(left === undefined ? [] : [left]), ...level, ...(right === undefined ? [] : [right])];
    level = [];
    for (let i = 0; i + 1 < full.length; i += 2) {
      const [a, b] = [full[i], full[i + 1]];
      if (a !== undefined && b !== undefined) level.push(innerHash(keccak, a, b));
    }
    low = Math.floor(low / 2);
  }
  return used === siblings.length ? level[0] : undefined;
}
