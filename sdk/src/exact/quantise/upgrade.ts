import { makeNode } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/index.ts";
import { Attributes } from "../client/attributes.ts";
import { refuseNode } from "../errors.ts";
import { freshName, namesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { floatTensor, intTensor } from "./numbers.ts";

/** The oldest operator set that has per-axis QuantizeLinear. */
const TARGET = 13;

/** What a rule may do besides giving nodes: add a constant, find a free name. */
interface Writer {
  readonly constant: (label: string, tensor: Tensor) => string;
  readonly fresh: (label: string) => string;
}

type Rule = (node: NodeProto, attributes: Attributes, write: Writer) => NodeProto[];

/** The node without some attributes and with other inputs. */
function changed(node: NodeProto, input: readonly string[], without: readonly string[]): NodeProto {
  return { ...node, input, attribute: node.attribute.filter(({ name }) => !without.includes(name)) };
}

/** Attributes that are lists of integers become inputs from position `first` on; absent ones at the end are left out. */
function listsToInputs(first: number, names: readonly string[]): Rule {
  return (node, attributes, write) => {
    const lists = names.map((name) => attributes.ints(name));
    const inputs = lists.map((list, k) => (list === undefined ? "" : write.constant(names[k] ?? "", intTensor(list))));
    while (inputs.at(-1) === "") inputs.pop();
    return [changed(node, [...node.input.slice(0, first), ...inputs], names)];
  };
}

const clip: Rule = (node, attributes, write) => {
  const bound = (name: string) =>
    attributes.has(name) ? write.constant(name, floatTensor([], [attributes.float(name, 0)])) : "";
  return [changed(node, [node.input[0] ?? "", bound("min"), bound("max")], ["min", "max"])];
};

const pad: Rule = (node, attributes, write) => {
  const pads = write.constant("pads", intTensor(attributes.ints("pads") ?? []));
  const value = write.constant("value", floatTensor([], [attributes.float("value", 0)]));
  return [changed(node, [node.input[0] ?? "", pads, value], ["pads", "value"])];
};

const topK: Rule = (node, attributes, write) => [
  changed(node, [node.input[0] ?? "", write.constant("k", intTensor([attributes.int("k", 1)]))], ["k"]),
];

/** Upsample, and Resize of operator set 10: neighbours by rounding down, no centre of pixels. */
const resize: Rule = (node, attributes, write) => {
  const mode = attributes.text("mode", "nearest");
  const given = attributes.floats("scales");
  const scales =
    given === undefined ? (node.input[1] ?? "") : write.constant("scales", floatTensor([given.length], given));
  const how = { mode, coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  return [makeNode("Resize", [node.input[0] ?? "", "", scales], node.output, how, { name: node.name })];
};

/** Before operator set 13 Softmax saw its input as a matrix: everything from the axis on was one row. */
const softmax: Rule = (node, attributes, write) => {
  const axis = attributes.int("axis", 1);
  const [x = "", y = ""] = [node.input[0], node.output[0]];
  if (axis === -1) return [node];
  const [shape, rows, result] = ["shape", "rows", "result"].map((label) => write.fresh(`${y}_${label}`)) as [
    string,
    string,
    string,
  ];
  return [
    makeNode("Shape", [x], [shape], {}, { name: shape }),
    makeNode("Flatten", [x], [rows], { axis: BigInt(axis) }, { name: rows }),
    makeNode(node.opType, [rows], [result], { axis: -1n }, { name: node.name }),
    makeNode("Reshape", [result, shape], [y], {}, { name: `${node.name}_reshape` }),
  ];
};

const batchNormalization: Rule = (node, attributes) => {
  if (attributes.int("spatial", 1) !== 1)
    throw refuseNode(
      "EXACT_QUANTISE_OPERATOR",
      node,
      "normalises each position by itself (spatial = 0)",
      "Export the model with a newer operator set.",
    );
  return [changed(node, node.input, ["spatial", "momentum"])];
};

/** In inference it does nothing, with whatever share it was trained. */
const dropout: Rule = (node) => [changed(node, node.input.slice(0, 1), ["ratio", "is_test"])];

/** Operators that changed: the operator set in which they got their present form, and the way to it. */
const RULES: Readonly<Record<string, readonly [since: number, rule: Rule]>> = {
  BatchNormalization: [9, batchNormalization],
  Clip: [11, clip],
  Dropout: [12, dropout],
  LogSoftmax: [13, softmax],
  Pad: [11, pad],
  ReduceSum: [13, listsToInputs(1, ["axes"])],
  Resize: [11, resize],
  Slice: [10, listsToInputs(1, ["starts", "ends", "axes"])],
  Softmax: [13, softmax],
  Split: [13, listsToInputs(1, ["split"])],
  Squeeze: [13, listsToInputs(1, ["axes"])],
  TopK: [10, topK],
  Unsqueeze: [13, listsToInputs(1, ["axes"])],
  Upsample: [10, resize],
};

/**
 * The same graph in operator set 13 or later: attributes that became inputs are moved.
 * Each node means what it meant; the list of changes is that of the ONNX changelog for the operators that the client or the exact part can have.
 * @throws GliaError `EXACT_QUANTISE_OPERATOR`, `EXACT_CLIENT_ATTRIBUTE`
 */
export function upgradeGraph(graph: FloatGraph): FloatGraph {
  if (graph.opset >= TARGET) return graph;
  const taken = namesOf(graph);
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.flatMap((node) => {
    const found = node.domain === "" && Object.hasOwn(RULES, node.opType) ? RULES[node.opType] : undefined;
    if (found === undefined || graph.opset >= found[0]) return [node];
    const fresh = (label: string) => freshName(taken, label);
    const constant = (label: string, tensor: Tensor) => {
      const name = fresh(`${node.name}_${label}`);
      constants.set(name, tensor);
      return name;
    };
    return found[1](node, new Attributes(node), { constant, fresh });
  });
  return { ...graph, nodes, constants, opset: TARGET };
}
