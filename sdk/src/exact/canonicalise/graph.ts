import type { GliaError } from "../../errors.ts";
import { readTensor } from "../../onnx/index.ts";
import type { GraphProto, ModelProto, NodeProto } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { refuseModel, refuseNode } from "../errors.ts";
import { LIMITS } from "../model.ts";

/** Operator sets that are understood: domain → first and last version. "ai.onnx" is another spelling of "". */
const OPSETS: Readonly<Record<string, readonly [number, number]>> = { "": [13, 24], "com.microsoft": [1, 1] };
/** Versions of the file format: the first that has operator set 13, and the last that the reader knows. */
const IR_VERSIONS = [7n, 13n] as const;
/** Inputs or outputs of one node of the file. */
const MAX_NAMES = 1024;
const EXPORT_AGAIN = "Export the model again, and check it with onnx.checker.check_model(model, full_check=True).";

/** An ONNX graph whose structure has been checked: names are unique and every node reads only what stands before it. */
export interface GraphIndex {
  readonly graph: GraphProto;
  readonly opset: number;
  readonly initialisers: ReadonlyMap<string, Tensor>;
  /** Tensor name → number of the node that makes it. */
  readonly producers: ReadonlyMap<string, number>;
  /** Whether an output of the file depends on the node, by its number. */
  readonly needed: readonly boolean[];
}

/** Domain in its short spelling. */
export function domainOf({ domain }: NodeProto): string {
  return domain === "ai.onnx" ? "" : domain;
}

/**
 * Checks everything that does not depend on what operators mean. Takes time proportional to the file.
 * @throws GliaError `EXACT_VERSION_UNSUPPORTED`, `EXACT_OPSET_UNSUPPORTED`, `EXACT_FUNCTIONS_UNSUPPORTED`, `EXACT_SPARSE_UNSUPPORTED`, `EXACT_SUBGRAPH_UNSUPPORTED`,
 * `EXACT_TOO_LARGE`, `EXACT_NAME_INVALID` (empty, twice), `EXACT_NAME_UNDEFINED` (read but never made, or made later), and those of `readTensor`.
 */
export function indexGraph(model: ModelProto): GraphIndex {
  const domains = checkVersions(model);
  const opset = domains.get("") ?? 0;
  const { graph } = model;
  if (graph === undefined)
    throw refuseModel("EXACT_NAME_UNDEFINED", "The model has no graph; it must have one.", EXPORT_AGAIN);
  if (graph.node.length > LIMITS.nodes)
    throw refuseModel(
      "EXACT_TOO_LARGE",
      `The model has ${graph.node.length} nodes; at most ${LIMITS.nodes} are allowed.`,
      "Simplify the graph, or split the model.",
    );
  if (graph.sparseInitializer.length > 0)
    throw refuseModel(
      "EXACT_SPARSE_UNSUPPORTED",
      "The model has sparse initialisers; weights must be dense.",
      "Export the weights as dense tensors.",
    );
  const initialisers = readInitialisers(graph);
  const producers = new Map<string, number>();
  const known = new Set(initialisers.keys());
  for (const { name } of graph.input) known.add(name);
  graph.node.forEach((node, index) => {
    checkNode(node, known, producers);
    if (!domains.has(domainOf(node)))
      throw refuseNode(
        "EXACT_OPSET_UNSUPPORTED",
        node,
        "is of a domain whose version the file does not import",
        EXPORT_AGAIN,
      );
    for (const name of node.output) if (name !== "") producers.set(name, index);
    for (const name of node.output) if (name !== "") known.add(name);
  });
  for (const { name } of graph.output)
    if (!known.has(name))
      throw refuseModel(
        "EXACT_NAME_UNDEFINED",
        `The model's output "${name}" is made by no node; every output must be.`,
        EXPORT_AGAIN,
        { name },
      );
  return { graph, opset, initialisers, producers, needed: findNeeded(graph, producers) };
}

function checkVersions(model: ModelProto): ReadonlyMap<string, number> {
  const ir = model.irVersion ?? 0n;
  if (ir < IR_VERSIONS[0] || ir > IR_VERSIONS[1])
    throw refuseModel(
      "EXACT_VERSION_UNSUPPORTED",
      `The file has ONNX IR version ${ir}; versions ${IR_VERSIONS.join(" to ")} are supported.`,
      "Convert it with onnx.version_converter, or export it again with operator set 17.",
      { version: Number(ir) },
    );
  if (model.functions.length > 0)
    throw refuseModel(
      "EXACT_FUNCTIONS_UNSUPPORTED",
      "The file defines functions of its own; nodes must be of known operators.",
      "Inline them with onnx.inliner.inline_local_functions.",
    );
  const versions = new Map<string, number>();
  for (const { domain, version = 0n } of model.opsetImport) {
    const name = domain === "ai.onnx" ? "" : domain;
    if (versions.has(name))
      throw refuseModel(
        "EXACT_OPSET_UNSUPPORTED",
        `The file imports the operator set "${name || "ai.onnx"}" twice; one version must be given.`,
        EXPORT_AGAIN,
      );
    versions.set(name, Number(version));
    const range = Object.hasOwn(OPSETS, name) ? OPSETS[name] : undefined;
    if (range !== undefined && (Number(version) < range[0] || Number(version) > range[1]))
      throw refuseModel(
        "EXACT_OPSET_UNSUPPORTED",
        `The file uses version ${version} of the operator set "${name || "ai.onnx"}"; versions ${range[0]} to ${range[1]} are supported.`,
        "Convert it with onnx.version_converter, or export it again with operator set 17.",
        { domain: name, version: Number(version) },
      );
  }
  if (!versions.has(""))
    throw refuseModel(
      "EXACT_OPSET_UNSUPPORTED",
      'The file does not say which version of the operator set "ai.onnx" it uses; it must.',
      EXPORT_AGAIN,
    );
  return versions;
}

function readInitialisers(graph: GraphProto): Map<string, Tensor> {
  const all = new Map<string, Tensor>();
  for (const proto of graph.initializer) {
    if (proto.name === "" || all.has(proto.name)) throw badName("initialiser", proto.name);
    all.set(proto.name, readTensor(proto));
  }
  const inputs = new Set<string>();
  for (const { name } of graph.input) {
    if (name === "" || inputs.has(name)) throw badName("input", name);
    inputs.add(name);
  }
  return all;
}

function badName(what: string, name: string): GliaError {
  const reason = name === "" ? `One ${what} of the model has no name.` : `Two ${what}s are called "${name}".`;
  return refuseModel("EXACT_NAME_INVALID", `${reason} Every name must be given once.`, EXPORT_AGAIN, { name });
}

function checkNode(node: NodeProto, known: ReadonlySet<string>, producers: ReadonlyMap<string, number>): void {
  if (node.input.length > MAX_NAMES || node.output.length > MAX_NAMES)
    throw refuseNode("EXACT_TOO_LARGE", node, `has more than ${MAX_NAMES} inputs or outputs`, "Split the node.");
  if (node.overload !== "")
    throw refuseNode("EXACT_FUNCTIONS_UNSUPPORTED", node, "calls an overloaded function", "Inline the functions.");
  for (const { g, graphs, sparseTensor, sparseTensors, refAttrName, name } of node.attribute) {
    if (g !== undefined || graphs.length > 0)
      throw refuseNode(
        "EXACT_SUBGRAPH_UNSUPPORTED",
        node,
        `holds a graph in its attribute "${name}"; control flow has no exact form`,
        "Export the model with fixed control flow (no If, Loop or Scan).",
      );
    if (sparseTensor !== undefined || sparseTensors.length > 0)
      throw refuseNode(
        "EXACT_SPARSE_UNSUPPORTED",
        node,
        "holds a sparse tensor",
        "Export the weights as dense tensors.",
      );
    if (refAttrName !== "")
      throw refuseNode(
        "EXACT_FUNCTIONS_UNSUPPORTED",
        node,
        "reads an attribute of a function",
        "Inline the functions.",
      );
  }
  for (const name of node.input)
    if (name !== "" && !known.has(name))
      throw refuseNode(
        "EXACT_NAME_UNDEFINED",
        node,
        `reads "${name}", which is neither an input nor an initialiser nor made by a node before it (so the graph has a cycle, or is not in order)`,
        EXPORT_AGAIN,
      );
  const own = new Set<string>();
  for (const name of node.output) {
    if (name === "") continue;
    if (known.has(name) || own.has(name) || producers.has(name))
      throw refuseNode("EXACT_NAME_INVALID", node, `makes "${name}", which exists already`, EXPORT_AGAIN);
    own.add(name);
  }
}

function findNeeded(graph: GraphProto, producers: ReadonlyMap<string, number>): boolean[] {
  const needed = graph.node.map(() => false);
  const mark = (name: string) => {
    const producer = producers.get(name);
    if (producer !== undefined) needed[producer] = true;
  };
  for (const { name } of graph.output) mark(name);
  // Readers stand behind what they read, so that one pass from the end reaches everything.
  for (let index = graph.node.length - 1; index >= 0; index--)
    if (needed[index] === true) graph.node[index]?.input.forEach(mark);
  return needed;
}
