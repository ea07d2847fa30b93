import type { GateNode } from "../messages.ts";
import { attributeOf } from "../scope.ts";
import { type Inspection, nodeLabel, subgraphsOf, type Visit } from "../walk.ts";

const EXPECTED = (limit: number): string =>
  `a trip count that the file fixes, at most ${limit} for all nested loops together`;
/** In version 8 the operator Scan had another meaning, which the bound below does not fit. */
const SCAN_SINCE = 9n;

/** How often a node's subgraphs run: 1 but for `Loop` and `Scan`, whose bound must be in the file. */
export function boundOf(node: GateNode, visit: Visit): bigint | undefined {
  if (node.opType === "Loop") return loopBound(node, visit);
  if (node.opType === "Scan") return scanBound(node, visit);
  return 1n;
}

/** Loops only with small bounds that the file fixes; subgraphs only where an operator has them. */
export function checkLoops(inspection: Inspection, visit: Visit): void {
  const { maxLoopTrips } = inspection.limits;
  for (const [i, node] of (visit.scope.graph.nodes ?? []).entries()) {
    const where = nodeLabel(visit, node, i);
    const { opType } = node;
    if (opType === "Scan" && (inspection.opsets.get("ai.onnx") ?? 0n) < SCAN_SINCE) {
      inspection.report("loop", where, "Scan of operator set 8", "operator set 9 or newer");
    }
    if (opType !== "Loop" && opType !== "Scan") {
      if (opType !== "If" && subgraphsOf(node).length > 0) {
        inspection.report(
          "subgraph",
          where,
          `${opType ?? ""} has no subgraph in ONNX`,
          "subgraphs of If, Loop and Scan only",
        );
      }
      continue;
    }
    const bound = boundOf(node, visit);
    if (bound === undefined) {
      inspection.report("loop", where, "the number of iterations is not fixed by the file", EXPECTED(maxLoopTrips));
    } else if (bound < 0n || bound * visit.trips > BigInt(maxLoopTrips)) {
      inspection.report("loop", where, `${bound * visit.trips} iterations`, EXPECTED(maxLoopTrips));
    }
  }
}

function loopBound(node: GateNode, visit: Visit): bigint | undefined {
  const trips = node.inputs?.[0] ?? "";
  return trips === "" ? undefined : visit.scope.constantIntegers(trips)?.[0];
}

/** A Scan goes along one axis of its last inputs, so the axis must have a fixed size. */
function scanBound(node: GateNode, { scope }: Visit): bigint | undefined {
  const count = Number(attributeOf(node, "num_scan_inputs")?.int ?? 0n);
  const inputs = node.inputs ?? [];
  if (count < 1 || count > inputs.length) return undefined;
  const axes = attributeOf(node, "scan_input_axes")?.ints ?? [];
  const sizes = inputs.slice(-count).map((name, i) => {
    const dimensions = scope.dimensions(name);
    const axis = Number(axes[i] ?? 0n);
    return dimensions?.[axis < 0 ? axis + dimensions.length : axis];
  });
  return sizes.reduce(
    (largest, size) => (largest === undefined || size === undefined ? undefined : size > largest ? size : largest),
    0n,
  );
}
