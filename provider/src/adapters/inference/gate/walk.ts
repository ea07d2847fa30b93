import type { InferenceLimits } from "../limits.ts";
import { printable } from "../process/quarantine.ts";
import { type GateFinding, GateStop, MAX_FINDINGS } from "./finding.ts";
import type { GateGraph, GateModel, GateNode, GateTensor } from "./messages.ts";
import { Scope } from "./scope.ts";

/** What every rule may use: the limits, the versions in force, and the place for findings. */
export class Inspection {
  readonly model: GateModel;
  readonly limits: InferenceLimits;
  readonly findings: GateFinding[] = [];
  /** Operator set versions by domain, `ai.onnx` for the default one. */
  readonly opsets = new Map<string, bigint>();
  /** Bytes of all tensors whose size the file fixes. */
  staticBytes = 0n;

  constructor(model: GateModel, limits: InferenceLimits) {
    this.model = model;
    this.limits = limits;
  }

  report(rule: string, where: string, reason: string, expected: string): void {
    const finding = { rule, where: printable(where, 200), reason: printable(reason, 300), expected };
    this.findings.push(finding);
    if (this.findings.length >= MAX_FINDINGS) throw new GateStop(finding);
  }
}

/** One graph on the way through the model. */
export interface Visit {
  readonly scope: Scope;
  /** How a reader finds the graph, e.g. `graph/loop1.body`. */
  readonly path: string;
  /** How often the graph may run for one item. */
  readonly trips: bigint;
}

/** How many times the subgraphs of a node may run; `1n` for nodes that do not loop. */
export type TripCount = (node: GateNode, visit: Visit, where: string) => bigint;

/** Visits the main graph and every subgraph, outermost first. */
export function* walkGraphs(graph: GateGraph, tripsOf: TripCount): Generator<Visit> {
  const waiting: Visit[] = [{ scope: new Scope(graph), path: "graph", trips: 1n }];
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    yield visit;
    for (const [i, node] of (visit.scope.graph.nodes ?? []).entries()) {
      const inner = subgraphsOf(node);
      if (inner.length === 0) continue;
      const trips = visit.trips * tripsOf(node, visit, nodeLabel(visit, node, i));
      for (const { name, graph: subgraph } of inner) {
        waiting.push({ scope: new Scope(subgraph, visit.scope), path: `${nodeLabel(visit, node, i)}.${name}`, trips });
      }
    }
  }
}

/** Graphs in a node's attributes, whatever type the attribute claims to have. */
export function subgraphsOf(node: GateNode): { name: string; graph: GateGraph }[] {
  return (node.attributes ?? []).flatMap((attribute) =>
    [...(attribute.graph === undefined ? [] : [attribute.graph]), ...(attribute.graphs ?? [])].map((graph) => ({
      name: attribute.name ?? "",
      graph,
    })),
  );
}

/** Every tensor of a graph, subgraphs apart, with a label. */
export function* tensorsOf({ scope: { graph }, path }: Visit): Generator<{ tensor: GateTensor; where: string }> {
  for (const tensor of graph.initializers ?? []) yield { tensor, where: `${path}, initialiser "${tensor.name ?? ""}"` };
  for (const sparse of graph.sparseInitializers ?? []) yield* partsOf(sparse, `${path}, sparse initialiser`);
  for (const node of graph.nodes ?? []) {
    for (const attribute of node.attributes ?? []) {
      const where = `${path}, attribute "${attribute.name ?? ""}" of ${node.opType ?? ""} "${node.name ?? ""}"`;
      for (const tensor of [
        ...(attribute.tensor === undefined ? [] : [attribute.tensor]),
        ...(attribute.tensors ?? []),
      ]) {
        yield { tensor, where };
      }
      const { sparseTensor, sparseTensors } = attribute;
      for (const sparse of [...(sparseTensor === undefined ? [] : [sparseTensor]), ...(sparseTensors ?? [])]) {
        yield* partsOf(sparse, where);
      }
    }
  }
}

export function nodeLabel(visit: Pick<Visit, "path">, node: GateNode, index: number): string {
  const name = node.name === undefined || node.name === "" ? `#${index}` : `"${node.name}"`;
  return `${visit.path}, ${node.opType ?? ""} ${name}`;
}

function* partsOf(
  sparse: { readonly values?: GateTensor; readonly indices?: GateTensor },
  where: string,
): Generator<{ tensor: GateTensor; where: string }> {
  if (sparse.values !== undefined) yield { tensor: sparse.values, where: `${where}, values` };
  if (sparse.indices !== undefined) yield { tensor: sparse.indices, where: `${where}, indices` };
}
