import type { FullTree, Tree, TreePlace } from "./tree.ts";

/**
 * The first place from the left where a claimed tree differs from one's own: a leaf, or the lowest known hash above what is hidden.
 * @param end leaves from here on do not count
 */
export function firstDifference(own: FullTree, claimed: Tree, end = Infinity): TreePlace | undefined {
  return below(own, claimed, { height: own.depth, index: 0 }, end);
}

function below(own: FullTree, claimed: Tree, { height, index }: TreePlace, end: number): TreePlace | undefined {
  if (index * 2 ** height >= end || claimed.hash(height, index) === own.hash(height, index)) return undefined;
  const children = [2 * index, 2 * index + 1].map((child) => ({ height: height - 1, index: child }));
  if (height === 0 || children.some((child) => claimed.hash(child.height, child.index) === undefined))
    return { height, index };
  for (const child of children) {
    const found = below(own, claimed, child, end);
    if (found !== undefined) return found;
  }
  return undefined;
}
