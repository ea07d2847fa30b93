import type { NodeProto } from "../../onnx/index.ts";
import { Attributes } from "../client/attributes.ts";

/** A closed interval. */
export type Range = readonly [low: number, high: number];

const EVERYTHING: Range = [-Infinity, Infinity];

/**
 * The values among which a function still tells differences; beyond them it is constant, or (Sigmoid, Tanh) so within half a 256th.
 * Bytes for anything outside would be wasted.
 */
function usefulRangeOf(node: NodeProto): Range {
  if (node.domain !== "") return EVERYTHING;
  switch (node.opType) {
    case "Relu":
      return [0, Infinity];
    case "HardSwish":
      return [-3, Infinity];
    case "HardSigmoid": {
      const attributes = new Attributes(node);
      const [alpha, beta] = [attributes.float("alpha", Math.fround(0.2)), attributes.float("beta", 0.5)];
      return alpha > 0 ? [-beta / alpha, (1 - beta) / alpha] : EVERYTHING;
    }
    case "Sigmoid":
      return [-6.25, 6.25];
    case "Tanh":
      return [-3.5, 3.5];
    default:
      return EVERYTHING;
  }
}

/** The part of a range that the nodes which read a tensor make use of; it includes 0. */
export function usefulPart([low, high]: Range, readers: readonly NodeProto[]): Range {
  if (readers.length === 0) return [low, high];
  const ranges = readers.map(usefulRangeOf);
  const [least, most] = [Math.min(...ranges.map(([l]) => l)), Math.max(...ranges.map(([, h]) => h))];
  return [Math.max(low, Math.min(least, 0)), Math.min(high, Math.max(most, 0))];
}
