import { refuseModel, refuseNode } from "../errors.ts";
import type { NodeProto } from "../../onnx/index.ts";
import { nodeName } from "../errors.ts";
import { usesOf } from "./graph.ts";
import type { FloatGraph, Uses } from "./graph.ts";
import { clampOf, isClients, isScalar, roleOf } from "./operators.ts";

/** Who computes a node. `shape` is for whole numbers that follow from sizes alone; whoever reads the file folds them. */
export type Zone = "head" | "exact" | "tail" | "shape";

/** How a graph is divided between client and provider. */
export interface Regions {
  readonly zones: ReadonlyMap<NodeProto, Zone>;
  /** Exact nodes that are one with the node before them: a bias behind MatMul, Relu or Clip behind whatever computes. */
  readonly fused: ReadonlySet<NodeProto>;
  /** For the output of an exact function of one tensor: that tensor. */
  readonly roots: ReadonlyMap<string, string>;
  /** Tensors that get a scale, in topological order. */
  readonly quantised: readonly string[];
  /** Those of them that enter from or leave to the client: nothing of their range is cut off. */
  readonly open: ReadonlySet<string>;
  /** Nodes of the tail that have no exact form, each with the reason. */
  readonly reasons: ReadonlyMap<NodeProto, string>;
}

const REMEDY =
  "Cut the model before this node and compute the rest yourself, or replace it by operators of the exact profile (docs/EXACT.md).";

/**
 * Divides a graph into head, exact part and tail. The head is what the client can compute before the first contraction, the tail everything from
 * the first operator on that has no exact form, and movement and functions that nothing exact follows.
 * @throws GliaError `EXACT_QUANTISE_OPERATOR` (no exact form, yet contractions follow), `EXACT_QUANTISE_NOTHING` (no contraction)
 */
export function findRegions(graph: FloatGraph): Regions {
  const uses = usesOf(graph);
  const { constants } = graph;
  const zones = new Map<NodeProto, Zone>();
  const reasons = new Map<NodeProto, string>();
  const roots = new Map<string, string>();
  const fused = new Set<NodeProto>();
  const places = new Map<string, Zone>();
  const blockers = new Map<string, NodeProto>();
  for (const node of graph.nodes) {
    const from = new Set(
      node.input.flatMap((name) => (name === "" || constants.has(name) ? [] : [places.get(name) ?? "head"])),
    );
    const zone = place(node, from);
    zones.set(node, zone);
    for (const name of node.output) places.set(name, zone);
    const blocker = node.input.map((name) => blockers.get(name)).find((found) => found !== undefined);
    if (zone === "tail") for (const name of node.output) blockers.set(name, blocker ?? node);
    if (zone === "exact") trace(node);
  }
  if (![...zones].some(([node, zone]) => zone === "exact" && roleOf(node, constants) === "contraction"))
    throw refuseModel(
      "EXACT_QUANTISE_NOTHING",
      "The model has no Conv, Gemm or MatMul with constant weights, so that there is nothing to quantise.",
      "Give a model with at least one such layer.",
    );
  pullTail(graph, uses, { zones, fused, roots });
  return { zones, fused, roots, reasons, ...quantisedTensors(graph, uses, zones, fused, roots) };

  function place(node: NodeProto, from: ReadonlySet<Zone>): Zone {
    if (node.domain === "" && (node.opType === "Shape" || node.opType === "Size")) return "shape";
    if ([...from].every((zone) => zone === "shape")) return "shape";
    const contraction =
      roleOf(node, constants) === "contraction" || ["Conv", "Gemm", "MatMul", "ConvTranspose"].includes(node.opType);
    const reason = exactReason(node);
    if (from.has("tail")) {
      if (contraction) throw blocked(node);
      return "tail";
    }
    if (!from.has("exact") && !contraction && isClients(node)) return "head";
    if (reason === undefined) return "exact";
    if (contraction || !from.has("exact")) throw refuseNode("EXACT_QUANTISE_OPERATOR", node, reason, REMEDY);
    reasons.set(node, reason);
    return "tail";
  }

  function blocked(node: NodeProto): Error {
    const blocker = node.input.map((name) => blockers.get(name)).find((found) => found !== undefined) ?? node;
    const reason = reasons.get(blocker) ?? "has no exact form";
    return refuseNode(
      "EXACT_QUANTISE_OPERATOR",
      blocker,
      `${reason}, but "${nodeName(node)}" (${node.opType}) behind it needs its result`,
      REMEDY,
    );
  }

  /** Why a node has no exact form; undefined if it has one. */
  function exactReason(node: NodeProto): string | undefined {
    const computed = node.input.filter((name) => name !== "" && !constants.has(name));
    switch (roleOf(node, constants)) {
      case "none":
        return ["Conv", "Gemm", "MatMul"].includes(node.opType)
          ? "multiplies two computed tensors"
          : "has no exact form";
      case "contraction":
      case "mean":
      case "largest":
        return undefined;
      case "movement":
        if (node.opType === "Concat" && computed.length !== node.input.length)
          return "joins computed values with constants";
        return computed.slice(1).every((name) => node.opType === "Concat" || places.get(name) === "shape")
          ? undefined
          : "moves elements to computed positions";
      case "elementwise":
        return elementReason(node, computed);
    }
  }

  function elementReason(node: NodeProto, computed: readonly string[]): string | undefined {
    if (isBias(node)) return undefined;
    const odd = node.input.find((name) => name !== "" && constants.has(name) && !isScalar(name, constants));
    if (odd !== undefined)
      return `combines computed values with a constant of shape [${constants.get(odd)?.shape.join(", ") ?? ""}]`;
    if (computed.some((name) => places.get(name) === "shape")) return "computes with sizes";
    if (new Set(computed.map((name) => roots.get(name) ?? name)).size === 1) return undefined;
    return ["Add", "Sub", "Mul"].includes(node.opType) && node.input.length === 2
      ? undefined
      : "combines several computed tensors in another way than by sum, difference or product";
  }

  /** The term behind a MatMul of more than two dimensions, which cannot be a Gemm. */
  function isBias(node: NodeProto): boolean {
    const [x = "", term = ""] = node.input;
    const before = uses.producer.get(x);
    return (
      node.opType === "Add" &&
      before?.opType === "MatMul" &&
      uses.consumers.get(x)?.length === 1 &&
      !uses.outputs.has(x) &&
      constants.get(term)?.shape.length === 1
    );
  }

  /** Notes fusion and the tensor of which an exact node's output is a function. */
  function trace(node: NodeProto): void {
    if (roleOf(node, constants) !== "elementwise") return;
    const computed = node.input.filter((name) => name !== "" && !constants.has(name));
    const [x = ""] = computed;
    const before = uses.producer.get(x);
    const readers = uses.consumers.get(x)?.filter(({ opType }) => opType !== "Shape");
    const alone = readers?.length === 1 && !uses.outputs.has(x);
    const role = before === undefined ? "none" : roleOf(before, constants);
    const computes =
      zones.get(before ?? node) === "exact" && !roots.has(x) && role !== "movement" && role !== "largest";
    if (isBias(node) || (clampOf(node, constants) && alone && computes)) {
      fused.add(node);
      return;
    }
    const sources = new Set(computed.map((name) => roots.get(name) ?? name));
    const [root] = sources;
    if (sources.size === 1 && root !== undefined) for (const name of node.output) roots.set(name, root);
  }
}

/** Movement and functions that only the tail reads are the client's: in floats they lose nothing. */
function pullTail(
  graph: FloatGraph,
  { consumers }: Uses,
  { zones, fused, roots }: { zones: Map<NodeProto, Zone>; fused: ReadonlySet<NodeProto>; roots: Map<string, string> },
): void {
  for (const node of graph.nodes.toReversed()) {
    const role = roleOf(node, graph.constants);
    if (zones.get(node) !== "exact" || fused.has(node) || !isClients(node)) continue;
    const computed = new Set(node.input.filter((name) => name !== "" && !graph.constants.has(name)));
    const simple =
      role === "movement" || (role === "elementwise" && (computed.size === 1 || roots.has(node.output[0] ?? "")));
    const readers = node.output.flatMap((name) => consumers.get(name) ?? []);
    if (simple && readers.every((reader) => zones.get(reader) === "tail")) {
      zones.set(node, "tail");
      for (const name of node.output) roots.delete(name);
    }
  }
}

function quantisedTensors(
  graph: FloatGraph,
  { consumers, outputs }: Uses,
  zones: ReadonlyMap<NodeProto, Zone>,
  fused: ReadonlySet<NodeProto>,
  roots: ReadonlyMap<string, string>,
): Pick<Regions, "quantised" | "open"> {
  const inExact = (name: string) => (consumers.get(name) ?? []).filter((reader) => zones.get(reader) === "exact");
  const entering = (name: string) => inExact(name).length > 0;
  const leaving = (name: string) =>
    outputs.has(name) || (consumers.get(name) ?? []).some((reader) => zones.get(reader) === "tail");
  const isFunction = (reader: NodeProto) => reader.output.some((name) => roots.has(name));
  const needed = (name: string) => {
    if (leaving(name)) return true;
    const readers = inExact(name);
    if (readers.length === 1 && readers.some((reader) => fused.has(reader))) return false;
    return roots.has(name) ? readers.some((reader) => !isFunction(reader)) : readers.length > 0;
  };
  const heads = [
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap((node) => (zones.get(node) === "head" ? node.output : [])),
  ].filter(entering);
  const inside = graph.nodes.flatMap((node) =>
    zones.get(node) === "exact" ? node.output.filter((name) => name !== "" && needed(name)) : [],
  );
  return { quantised: [...heads, ...inside], open: new Set([...heads, ...inside.filter(leaving)]) };
}
