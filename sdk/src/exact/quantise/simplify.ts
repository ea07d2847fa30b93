import { makeNode } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import { elementCount } from "../../tensors/index.ts";
import type { Tensor } from "../../tensors/index.ts";
import { Attributes } from "../client/attributes.ts";
import { CLIENT_OPERATORS, evaluate } from "../client/evaluate.ts";
import { fromTensor, isValueType, toTensor } from "../client/value.ts";
import { usesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";

/** Constants that are computed from constants get at most this many elements; larger ones stay as nodes. */
const MAX_FOLDED = 1 << 24;

/** Replaces nodes that read only constants by their results; a graph output stays a node. */
export function foldConstants(graph: FloatGraph): FloatGraph {
  const constants = new Map(graph.constants);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.filter((node) => {
    if (node.output.some((name) => outputs.has(name)) || !isFoldable(node, constants)) return true;
    const values = new Map(
      node.input.flatMap((name) => {
        const tensor = constants.get(name);
        return tensor === undefined ? [] : [[name, fromTensor(tensor, name)] as const];
      }),
    );
    evaluate([node], values, new Set(node.output), MAX_FOLDED);
    for (const name of node.output) {
      const value = values.get(name);
      if (value !== undefined) constants.set(name, toTensor(value));
    }
    return false;
  });
  return { ...graph, nodes, constants };
}

function isFoldable(node: NodeProto, constants: ReadonlyMap<string, Tensor>): boolean {
  if (node.domain !== "" || !CLIENT_OPERATORS.includes(node.opType)) return false;
  // A float64 or float16 constant is no value of the client's interpreter; it stays as it is and is refused where it matters.
  const value =
    node.opType === "Constant" ? node.attribute.find(({ name }) => name === "value")?.t?.dataType : undefined;
  if (value === 10 || value === 11) return false;
  return node.input.every((name) => {
    if (name === "") return true;
    const tensor = constants.get(name);
    return tensor !== undefined && isValueType(tensor.dtype) && elementCount(tensor.shape) <= MAX_FOLDED;
  });
}

const CAST_TO_FLOAT = 1;

/** Whether a node only hands its first input on. A cast to float32 does so unless it starts from a graph input, whose type may be another. */
function isIdentity(node: NodeProto, produced: ReadonlySet<string>): boolean {
  if (node.domain !== "") return false;
  if (node.opType === "Identity" || node.opType === "Dropout") return true;
  return (
    node.opType === "Cast" && produced.has(node.input[0] ?? "") && new Attributes(node).int("to", 0) === CAST_TO_FLOAT
  );
}

/** Operators whose output has the type float32 in every float model. */
const FLOAT_RESULT = new Set([
  "Conv",
  "Gemm",
  "MatMul",
  "BatchNormalization",
  "Relu",
  "AveragePool",
  "GlobalAveragePool",
]);

/** Takes out Identity, Dropout (which does nothing in inference) and casts of floats to floats; what gives a graph output stays, Dropout as Identity. */
export function dropIdentities(graph: FloatGraph): FloatGraph {
  const { outputs, consumers } = usesOf(graph);
  const alias = new Map<string, string>();
  const follow = (name: string) => alias.get(name) ?? name;
  const floats = new Set<string>();
  const nodes: NodeProto[] = [];
  for (const original of graph.nodes) {
    const node = { ...original, input: original.input.map(follow) };
    const [output = "", mask = ""] = node.output;
    if (FLOAT_RESULT.has(node.opType)) floats.add(output);
    const [input = ""] = node.input;
    const masked = mask !== "" && (consumers.has(mask) || outputs.has(mask));
    if (!isIdentity(node, floats) || masked) nodes.push(node);
    else if (!outputs.has(output)) alias.set(output, input);
    else
      nodes.push(node.opType === "Dropout" ? makeNode("Identity", [input], [output], {}, { name: node.name }) : node);
  }
  return { ...graph, nodes };
}

/** Takes out nodes whose results nobody reads. */
export function dropUnread(graph: FloatGraph): FloatGraph {
  const read = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.output.some((name) => read.has(name))) return false;
    for (const name of node.input) read.add(name);
    return true;
  });
  return { ...graph, nodes: nodes.toReversed() };
}
