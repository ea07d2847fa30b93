import type { GateNode } from "../messages.ts";
import { type Inspection, nodeLabel, type Visit } from "../walk.ts";
import { allowedOperators, canonicalDomain } from "./model.ts";

/** Operators whose output differs from run to run: nobody could check such a result. */
const RANDOM: ReadonlySet<string> = new Set([
  "Bernoulli",
  "Multinomial",
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
]);

/** The third input of Dropout switches on training, and with it randomness. */
const DROPOUT_TRAINING_INPUT = 2;

/** Only known, deterministic operators, each attribute once. */
export function checkOperators(inspection: Inspection, visit: Visit): void {
  for (const [i, node] of (visit.scope.graph.nodes ?? []).entries()) {
    const where = nodeLabel(visit, node, i);
    checkKind(inspection, node, where);
    const names = (node.attributes ?? []).map((attribute) => attribute.name ?? "");
    if (new Set(names).size !== names.length) {
      inspection.report("attributes", where, "an attribute is given twice", "each attribute at most once");
    }
  }
}

function checkKind(inspection: Inspection, node: GateNode, where: string): void {
  const domain = canonicalDomain(node.domain);
  const opType = node.opType ?? "";
  const training = opType === "Dropout" && (node.inputs?.[DROPOUT_TRAINING_INPUT] ?? "") !== "";
  if (RANDOM.has(opType) || training) {
    inspection.report("random-operator", where, `${opType} gives another output each time`, "deterministic operators");
    return;
  }
  const allowed = allowedOperators(domain);
  if (allowed === undefined) {
    inspection.report("operator", where, `domain ${domain} is not known here`, "ai.onnx, ai.onnx.ml or com.microsoft");
  } else if (!allowed.operators.has(opType)) {
    inspection.report(
      "operator",
      where,
      `operator ${domain}.${opType} is not allowed`,
      "an operator of the allow-list",
    );
  } else if (!inspection.opsets.has(domain)) {
    inspection.report("operator", where, `operator set ${domain} is used but not imported`, "an opset_import for it");
  } else if ((node.overload ?? "") !== "") {
    inspection.report("operator", where, "the node names an overload of a function", "a plain operator");
  }
}
