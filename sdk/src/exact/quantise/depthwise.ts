import { makeNode } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import { readAffine } from "./affine.ts";
import { foldAffine } from "./fold-affine.ts";
import { freshName, namesOf, usesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { floatTensor } from "./numbers.ts";
import { isScalar, roleOf } from "./operators.ts";
import { ranksOf } from "./ranks.ts";

/**
 * Factors and terms per channel that no contraction before them can take up (as in networks that normalise before they activate)
 * become 1×1 convolutions of each channel by itself, which have an exact form. Those before the first contraction stay: the client does them.
 */
export function affineToDepthwise(graph: FloatGraph): FloatGraph {
  const ranks = ranksOf(graph);
  const taken = namesOf(graph);
  const constants = new Map(graph.constants);
  const { consumers, outputs } = usesOf(graph);
  const behind = new Set<string>();
  /** Results of new convolutions that a next factor or term can be folded into. */
  const open = new Set<string>();
  /** Whether a node is a contraction, or has an exact form and depends on one. What the tail computes must stay what it is. */
  const staysExact = (node: NodeProto) => {
    const role = roleOf(node, constants);
    if (role === "contraction") return true;
    const isOdd = (name: string) => constants.has(name) && !isScalar(name, constants);
    const known = role !== "elementwise" || !node.input.some(isOdd) || affineChannels(node) !== undefined;
    return role !== "none" && known && node.input.some((name) => behind.has(name));
  };
  const affineChannels = (node: NodeProto) => {
    const source = node.input.find((name) => behind.has(name));
    const channels = source === undefined ? undefined : channelsOf(node, constants, ranks.get(source));
    return channels !== undefined && readAffine(node, constants, 4, channels) !== undefined ? channels : undefined;
  };
  const noteOpen = ({ output: [name = ""] }: NodeProto) => {
    if (consumers.get(name)?.length === 1 && !outputs.has(name)) open.add(name);
  };
  const nodes = graph.nodes.map((node) => {
    if (staysExact(node)) for (const name of node.output) behind.add(name);
    const source = node.input.find((name) => behind.has(name));
    if (source !== undefined && open.has(source) && channelsOf(node, constants, 4) !== undefined) {
      noteOpen(node);
      return node;
    }
    const channels = affineChannels(node);
    const affine = channels === undefined ? undefined : readAffine(node, constants, 4, channels);
    if (source === undefined || channels === undefined || affine === undefined) return node;
    const constant = (label: string, shape: number[], values: Float64Array) => {
      const name = freshName(taken, `${node.name}_${label}`);
      constants.set(name, floatTensor(shape, values));
      return name;
    };
    const weights = constant("weights", [channels, 1, 1, 1], affine.factors);
    noteOpen(node);
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
