import { makeNode } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import { foldAffine, readAffine } from "./fold-affine.ts";
import { freshName, namesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { floatTensor } from "./numbers.ts";
import { ranksOf } from "./ranks.ts";

/**
 * Factors and terms per channel that no contraction before them can take up (as in networks that normalise before they activate)
 * become 1×1 convolutions of each channel by itself, which have an exact form. Those before the first contraction stay: the client does them.
 */
export function affineToDepthwise(graph: FloatGraph): FloatGraph {
  const ranks = ranksOf(graph);
  const taken = namesOf(graph);
  const constants = new Map(graph.constants);
  const behind = new Set<string>();
  const nodes = graph.nodes.map((node) => {
    if (
      node.opType === "Conv" ||
      node.opType === "Gemm" ||
      node.opType === "MatMul" ||
      node.input.some((name) => behind.has(name))
    )
      for (const name of node.output) behind.add(name);
    const source = node.input.find((name) => behind.has(name));
    const channels = source === undefined ? undefined : channelsOf(node, constants, ranks.get(source));
    const affine = channels === undefined ? undefined : readAffine(node, constants, 4, channels);
    if (source === undefined || channels === undefined || affine === undefined) return node;
    const constant = (label: string, shape: number[], values: Float64Array) => {
      const name = freshName(taken, `${node.name}_${label}`);
      constants.set(name, floatTensor(shape, values));
      return name;
    };
    const weights = constant("weights", [channels, 1, 1, 1], affine.factors);
    const inputs = [source, weights, constant("bias", [channels], affine.terms)];
    return makeNode(
      "Conv",
      inputs,
      node.output,
      { group: BigInt(channels), kernel_shape: [1n, 1n] },
      { name: node.name },
    );
  });
  return foldAffine({ ...graph, nodes, constants });
}

/** Number of channels of a constant with one number per channel of an image, more than one. */
function channelsOf(node: NodeProto, constants: FloatGraph["constants"], rank: number | undefined): number | undefined {
  if (node.domain !== "" || rank !== 4 || !["Add", "Sub", "Mul", "Div"].includes(node.opType)) return undefined;
  const shape = node.input.map((name) => constants.get(name)?.shape).find((candidate) => candidate !== undefined);
  const channels = shape?.at(-3);
  return channels === undefined || channels === 1 ? undefined : channels;
}
