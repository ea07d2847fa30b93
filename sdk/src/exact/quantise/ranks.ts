import type { NodeProto } from "../../onnx/index.ts";
import { Attributes } from "../client/attributes.ts";
import type { FloatGraph } from "./graph.ts";

const IMAGE = new Set([
  "Conv",
  "MaxPool",
  "AveragePool",
  "GlobalAveragePool",
  "GlobalMaxPool",
  "Resize",
  "DepthToSpace",
]);
const MATRIX = new Set(["Gemm", "Flatten"]);

/** Numbers of dimensions of the tensors, where they follow from declarations and operators; others are not in the map. */
export function ranksOf({ nodes, constants, inputs }: FloatGraph): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const [name, { shape }] of constants) ranks.set(name, shape.length);
  for (const { name, type } of inputs) {
    const dims = type?.tensorType?.shape?.dim;
    if (dims !== undefined) ranks.set(name, dims.length);
  }
  for (const node of nodes) {
    const rank = rankOf(node, (index) => ranks.get(node.input[index] ?? ""), constants);
    if (rank !== undefined) for (const name of node.output) ranks.set(name, rank);
  }
  return ranks;
}

function rankOf(
  node: NodeProto,
  input: (index: number) => number | undefined,
  constants: FloatGraph["constants"],
): number | undefined {
  if (IMAGE.has(node.opType)) return 4;
  if (MATRIX.has(node.opType)) return 2;
  if (node.opType === "Reshape") return constants.get(node.input[1] ?? "")?.shape[0];
  if (node.opType === "Squeeze" || node.opType === "Unsqueeze") {
    const count = constants.get(node.input[1] ?? "")?.shape[0];
    const rank = input(0);
    if (count === undefined || rank === undefined) return undefined;
    return node.opType === "Squeeze" ? rank - count : rank + count;
  }
  if (/^(Reduce|Arg)/.test(node.opType)) return new Attributes(node).int("keepdims", 1) === 1 ? input(0) : undefined;
  if (node.opType === "Gather" || node.opType === "Shape") return undefined;
  const known = node.input.map((name, index) => (name === "" ? undefined : input(index)));
  return known[0] === undefined ? undefined : Math.max(...known.map((rank) => rank ?? 0));
}
