import type { GateNode } from "../messages.ts";
import type { Scope } from "../scope.ts";
import { type Inspection, nodeLabel, type Visit } from "../walk.ts";
import { countBytes } from "./tensors.ts";

/** Where a node takes the shape of its output from: the index of that input. */
const SHAPE_INPUT: Readonly<Record<string, number>> = { ConstantOfShape: 0, Expand: 1 };
/** The widest element; the type of such tensors is often not declared. */
const ELEMENT_BYTES = 8;

/** Operators that make a large tensor out of a small file: their sizes, where the file fixes them, are counted. */
export function checkMadeSizes(inspection: Inspection, visit: Visit): void {
  for (const [i, node] of (visit.scope.graph.nodes ?? []).entries()) {
    const shape = madeShape(node, visit.scope);
    if (shape === undefined) continue;
    countBytes(inspection, shape, ELEMENT_BYTES, nodeLabel(visit, node, i));
  }
}

function madeShape(node: GateNode, scope: Scope): readonly bigint[] | undefined {
  const inputs = node.inputs ?? [];
  const shapeInput = SHAPE_INPUT[node.opType ?? ""];
  if (shapeInput !== undefined) return scope.constantIntegers(inputs[shapeInput] ?? "");
  if (node.opType === "Tile") return tiled(scope.dimensions(inputs[0] ?? ""), scope.constantIntegers(inputs[1] ?? ""));
  if (node.opType === "Range") return ranged(inputs.map((name) => scope.constantIntegers(name)?.[0]));
  return undefined;
}

/** A dimension that is not fixed counts as one: repeating alone may already be too much. */
function tiled(
  dimensions: readonly (bigint | undefined)[] | undefined,
  repeats: readonly bigint[] | undefined,
): readonly bigint[] | undefined {
  return repeats?.map((count, axis) => count * (dimensions?.[axis] ?? 1n));
}

function ranged([start, limit, delta]: readonly (bigint | undefined)[]): readonly bigint[] | undefined {
  if (start === undefined || limit === undefined || delta === undefined || delta === 0n) return undefined;
  const length = (limit - start) / delta;
  return [length < 0n ? 0n : length];
}
