import type { GateGraph, GateNode } from "../messages.ts";
import { type Inspection, nodeLabel, subgraphsOf, type Visit } from "../walk.ts";

/** Every value is made once, every name that is used is made somewhere, and nothing depends on itself. */
export function checkNames(inspection: Inspection, visit: Visit): void {
  const { graph } = visit.scope;
  checkUnique(inspection, visit);
  for (const [i, node] of (graph.nodes ?? []).entries()) {
    for (const input of node.inputs ?? []) {
      if (input === "" || visit.scope.knows(input)) continue;
      inspection.report(
        "names",
        nodeLabel(visit, node, i),
        `input "${input}" is made by nothing`,
        "a name of this or an outer graph",
      );
    }
  }
  for (const output of graph.outputs ?? []) {
    if (visit.scope.knows(output.name ?? "")) continue;
    inspection.report("names", visit.path, `output "${output.name ?? ""}" is made by nothing`, "the output of a node");
  }
  checkCycles(inspection, visit);
}

function checkUnique(inspection: Inspection, { scope: { graph }, path }: Visit): void {
  const inputs = (graph.inputs ?? []).map((input) => input.name ?? "");
  const made = (graph.nodes ?? []).flatMap((node) => (node.outputs ?? []).filter((name) => name !== ""));
  const weights = [
    ...(graph.initializers ?? []).map((tensor) => tensor.name ?? ""),
    ...(graph.sparseInitializers ?? []).map((sparse) => sparse.values?.name ?? ""),
  ];
  const ends = (graph.outputs ?? []).map((output) => output.name ?? "");
  const madeHere = new Set(made);
  // An initialiser may share its name with an input, as its default; nothing else may share.
  const twice =
    repeated([...inputs, ...made]) ?? repeated(weights) ?? repeated(ends) ?? weights.find((name) => madeHere.has(name));
  if (twice === undefined) return;
  inspection.report(
    "names",
    path,
    `the name "${twice}" is given to two values, or is empty`,
    "a name of its own for each value",
  );
}

/** The first name that is empty or was there before. */
function repeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => name === "" || seen.size === seen.add(name).size);
}

/** Removes nodes whose inputs are all there, until none is left; what remains depends on itself. */
function checkCycles(inspection: Inspection, visit: Visit): void {
  const nodes = visit.scope.graph.nodes ?? [];
  const maker = new Map<string, number>();
  for (const [i, node] of nodes.entries()) for (const output of node.outputs ?? []) maker.set(output, i);
  const waitsFor = nodes.map((node) => new Set(usedNames(node).flatMap((name) => maker.get(name) ?? [])));
  const wakes = nodes.map((): number[] => []);
  for (const [i, makers] of waitsFor.entries()) for (const j of makers) wakes[j]?.push(i);
  const ready = waitsFor.flatMap((makers, i) => (makers.size === 0 ? [i] : []));
  let done = 0;
  for (let i = ready.pop(); i !== undefined; i = ready.pop()) {
    done += 1;
    for (const next of wakes[i] ?? []) {
      const makers = waitsFor[next];
      if (makers?.delete(i) === true && makers.size === 0) ready.push(next);
    }
  }
  if (done === nodes.length) return;
  const stuck = waitsFor.findIndex((makers) => makers.size > 0);
  const node = nodes[stuck];
  const where = node === undefined ? visit.path : nodeLabel(visit, node, stuck);
  inspection.report(
    "cycle",
    where,
    `${nodes.length - done} nodes depend on their own outputs`,
    "a graph without cycles",
  );
}

/** Names that a node reads, also through its subgraphs. A name that a subgraph makes itself may be in it too: harmless. */
function usedNames(node: GateNode): string[] {
  const inner = subgraphsOf(node).flatMap(({ graph }) => namesInside(graph));
  return [...(node.inputs ?? []), ...inner].filter((name) => name !== "");
}

function namesInside(graph: GateGraph): string[] {
  const made = new Set([
    ...(graph.inputs ?? []).map((input) => input.name ?? ""),
    ...(graph.nodes ?? []).flatMap((node) => node.outputs ?? []),
  ]);
  const used = [...(graph.nodes ?? []).flatMap(usedNames), ...(graph.outputs ?? []).map((output) => output.name ?? "")];
  return used.filter((name) => !made.has(name));
}
