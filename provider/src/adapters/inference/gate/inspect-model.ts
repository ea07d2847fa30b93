import { GliaError } from "@glia/sdk";
import type { InferenceLimits } from "../limits.ts";
import { printable } from "../process/quarantine.ts";
import { type GateFinding, GateStop } from "./finding.ts";
import type { GateGraph, GateModel } from "./messages.ts";
import { checkInterface, checkShapes } from "./rules/interface.ts";
import { boundOf, checkLoops } from "./rules/loops.ts";
import { checkMadeSizes } from "./rules/made-sizes.ts";
import { canonicalDomain, checkModel } from "./rules/model.ts";
import { checkNames } from "./rules/names.ts";
import { checkOperators } from "./rules/operators.ts";
import { checkTensors } from "./rules/tensors.ts";
import { Inspection, type Visit, walkGraphs } from "./walk.ts";
import { readWire } from "./wire.ts";

/** What the gate learned about a model that passed. */
export interface ModelReport {
  readonly nodes: number;
  /** Versions of operator sets by domain. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Operators that occur, as `domain.Name`, sorted. */
  readonly operators: readonly string[];
  /** Bytes of all tensors whose size the file fixes: a lower bound of the memory that a run takes. */
  readonly staticBytes: number;
}

const PER_GRAPH = [checkOperators, checkTensors, checkNames, checkLoops, checkMadeSizes, checkShapes];

/**
 * The static gate: looks at an ONNX file before any native code does. Pure computation, linear in the file's size.
 * Throws `MODEL_REFUSED` whose `details.findings` lists the reasons as {@link GateFinding}.
 */
export function inspectModel(bytes: Uint8Array, limits: InferenceLimits): ModelReport {
  const { findings, report } = examine(bytes, limits);
  const [first] = findings;
  if (first !== undefined || report === undefined) throw refused(findings);
  return report;
}

function examine(
  bytes: Uint8Array,
  limits: InferenceLimits,
): { findings: readonly GateFinding[]; report?: ModelReport } {
  const early = checkFile(bytes, limits);
  if (early !== undefined) return { findings: [early] };
  let inspection: Inspection | undefined;
  try {
    const model = readWire(bytes, limits);
    inspection = new Inspection(model, limits);
    return { findings: inspection.findings, report: inspect(inspection, model) };
  } catch (error) {
    if (!(error instanceof GateStop)) throw error;
    return { findings: inspection === undefined ? [error.finding] : inspection.findings };
  }
}

function inspect(inspection: Inspection, model: GateModel): ModelReport {
  checkModel(inspection);
  const operators = new Set<string>();
  let nodes = 0;
  for (const visit of graphsOf(inspection, model)) {
    if (visit.scope.outer === undefined) checkInterface(inspection, visit);
    for (const check of PER_GRAPH) check(inspection, visit);
    for (const node of visit.scope.graph.nodes ?? [])
      operators.add(`${canonicalDomain(node.domain)}.${node.opType ?? ""}`);
    nodes += visit.scope.graph.nodes?.length ?? 0;
  }
  return {
    nodes,
    opsets: Object.fromEntries(
      [...inspection.opsets].map(([domain, version]) => [printable(domain, 100), Number(version)]),
    ),
    operators: [...operators].sort(),
    staticBytes: Number(inspection.staticBytes),
  };
}

/** A loop without a bound is reported where it stands; for what is inside it one trip is as good as any. */
function graphsOf(inspection: Inspection, model: GateModel): Iterable<Visit> {
  if (model.graph === undefined) {
    inspection.report("format", "file", "the file has no graph", "an ONNX model");
    return [];
  }
  const graph: GateGraph = model.graph;
  return walkGraphs(graph, (node, visit) => boundOf(node, visit) ?? 1n);
}

const ORT_IDENTIFIER = [0x4f, 0x52, 0x54, 0x4d];

function checkFile(bytes: Uint8Array, limits: InferenceLimits): GateFinding | undefined {
  if (bytes.length === 0 || bytes.length > limits.maxModelBytes) {
    const expected = `1 to ${limits.maxModelBytes} bytes`;
    return { rule: "file-size", where: "file", reason: `the file has ${bytes.length} bytes`, expected };
  }
  // ONNX Runtime takes a file with these bytes for its own format, whatever else it may be.
  if (ORT_IDENTIFIER.every((byte, i) => bytes[4 + i] === byte)) {
    return {
      rule: "format",
      where: "file",
      reason: "the file is in ONNX Runtime's own format",
      expected: "an ONNX file",
    };
  }
  return undefined;
}

function refused(findings: readonly GateFinding[]): GliaError {
  const [first] = findings;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
  const text = first === undefined ? "" : `: ${first.where}: ${first.reason}; expected ${first.expected}${more}`;
  return new GliaError("MODEL_REFUSED", `the model is refused before it runs${text}`, {
    kind: "refused",
    hint: "Export the model again as details.findings says, or ask a provider with other limits.",
    details: { findings },
  });
}
