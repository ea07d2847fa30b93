import {
  ATTRIBUTE_TYPE,
  decodeModel,
  encodeModel,
  makeGraph,
  makeModel,
  makeTensor,
  readTensor,
} from "../../onnx/index.ts";
import type { NodeProto, ValueInfoProto } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/index.ts";
import { refuseModel, refuseNode } from "../errors.ts";

/** A float network while it is rewritten. Nodes are in topological order and every name is given once. */
export interface FloatGraph {
  readonly nodes: readonly NodeProto[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Declared inputs that are no constants. */
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  readonly opset: number;
  /** Operator sets besides the default one. */
  readonly domains: Readonly<Record<string, number>>;
}

const OLDEST_OPSET = 7;
const REPAIR = "Run onnx.checker.check_model on the file and export the model again.";

/**
 * Reads a model into a {@link FloatGraph} of the same operator set.
 * @throws GliaError `EXACT_QUANTISE_GRAPH` (no graph, names given twice or never, nodes out of order), `EXACT_QUANTISE_OPSET` (below 7),
 * `EXACT_QUANTISE_ALREADY` (quantised already), `EXACT_QUANTISE_OPERATOR` (subgraphs), and what decodeModel and readTensor throw
 */
export function readGraph(file: Uint8Array): FloatGraph {
  const { graph, opsetImport } = decodeModel(file);
  if (graph === undefined) throw refuseModel("EXACT_QUANTISE_GRAPH", "The model has no graph.", REPAIR);
  const sets = new Map(
    opsetImport.map(({ domain, version }) => [domain === "ai.onnx" ? "" : domain, Number(version ?? 0n)]),
  );
  const opset = sets.get("") ?? 1;
  if (opset < OLDEST_OPSET)
    throw refuseModel(
      "EXACT_QUANTISE_OPSET",
      `The model uses operator set ${opset}; at least ${OLDEST_OPSET} is needed.`,
      "Convert it with onnx.version_converter, or export it again with a newer exporter.",
    );
  sets.delete("");
  const constants = new Map(graph.initializer.map((proto) => [proto.name, readTensor(proto)]));
  const nodes = graph.node.map((node, index) => ({
    ...node,
    domain: node.domain === "ai.onnx" ? "" : node.domain,
    name: node.name === "" ? `${node.opType}_${index}` : node.name,
  }));
  const result = {
    nodes,
    constants,
    inputs: graph.input.filter(({ name }) => !constants.has(name)),
    outputs: graph.output,
    opset,
    domains: Object.fromEntries(sets),
  };
  check(result);
  return result;
}

function check({ nodes, constants, inputs, outputs }: FloatGraph): void {
  const given = new Set([...constants.keys(), ...inputs.map(({ name }) => name)]);
  if (inputs.length === 0 || outputs.length === 0)
    throw refuseModel("EXACT_QUANTISE_GRAPH", "The model has no inputs or no outputs.", REPAIR);
  for (const node of nodes) {
    if (node.attribute.some(({ type }) => type === ATTRIBUTE_TYPE.graph || type === ATTRIBUTE_TYPE.graphs))
      throw refuseNode(
        "EXACT_QUANTISE_OPERATOR",
        node,
        "has a graph of its own (a branch or loop), which has no exact form",
        "Export the model without control flow: trace it instead of scripting it.",
      );
    if (node.opType === "QuantizeLinear" || node.opType === "DequantizeLinear")
      throw refuseNode(
        "EXACT_QUANTISE_ALREADY",
        node,
        "shows that the model is quantised already",
        "Give the float original, or inspect this file as it is: `glia exact inspect`.",
      );
    for (const name of node.input)
      if (name !== "" && !given.has(name))
        throw refuseNode("EXACT_QUANTISE_GRAPH", node, `reads "${name}", which nothing before it gives`, REPAIR);
    for (const name of node.output) {
      if (name === "") continue;
      if (given.has(name)) throw refuseNode("EXACT_QUANTISE_GRAPH", node, `gives "${name}" a second time`, REPAIR);
      given.add(name);
    }
  }
  for (const { name } of outputs)
    if (!given.has(name)) throw refuseModel("EXACT_QUANTISE_GRAPH", `Nothing gives the output "${name}".`, REPAIR);
}

/** Writes a graph as an ONNX file; constants that no node reads are left out. */
export function writeGraph(graph: FloatGraph, outputs: readonly ValueInfoProto[] = graph.outputs): Uint8Array {
  const read = new Set([...graph.nodes.flatMap(({ input }) => input), ...outputs.map(({ name }) => name)]);
  const initializers = [...graph.constants].flatMap(([name, { dtype, shape, bytes }]) =>
    read.has(name) ? [makeTensor(name, dtype, shape, bytes)] : [],
  );
  const { opset, domains } = graph;
  return encodeModel(makeModel(makeGraph(graph.nodes, graph.inputs, outputs, initializers), { opset, domains }));
}

/** Who gives and who reads each tensor. */
export interface Uses {
  readonly producer: ReadonlyMap<string, NodeProto>;
  readonly consumers: ReadonlyMap<string, readonly NodeProto[]>;
  /** Names of the graph's outputs. */
  readonly outputs: ReadonlySet<string>;
}

/** Finds producers and consumers. */
export function usesOf({ nodes, outputs }: Pick<FloatGraph, "nodes" | "outputs">): Uses {
  const producer = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  for (const node of nodes) {
    for (const name of node.output) producer.set(name, node);
    for (const name of new Set(node.input)) {
      const list = consumers.get(name);
      if (list === undefined) consumers.set(name, [node]);
      else list.push(node);
    }
  }
  return { producer, consumers, outputs: new Set(outputs.map(({ name }) => name)) };
}

/** A name that is not in `taken`, which it joins: `wanted`, else with a number behind it. */
export function freshName(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
  taken.add(name);
  return name;
}

/** Every name that occurs in a graph. */
export function namesOf({ nodes, constants, inputs }: FloatGraph): Set<string> {
  return new Set([
    ...constants.keys(),
    ...inputs.map(({ name }) => name),
    ...nodes.flatMap(({ input, output }) => [...input, ...output]),
  ]);
}
