import operators from "../operators.json" with { type: "json" };
import type { Inspection } from "../walk.ts";

/** Format versions that ONNX Runtime 1.30 reads. */
const IR_VERSIONS = [3n, 13n] as const;

/** Versions, operator sets, and the parts of a file that a model for inference has no use for. */
export function checkModel(inspection: Inspection): void {
  const { model } = inspection;
  const ir = model.irVersion ?? 0n;
  if (ir < IR_VERSIONS[0] || ir > IR_VERSIONS[1]) {
    inspection.report("ir-version", "file", `the format version is ${ir}`, `${IR_VERSIONS[0]} to ${IR_VERSIONS[1]}`);
  }
  if ((model.functions?.length ?? 0) > 0) {
    inspection.report("functions", "file", "the model defines functions of its own", "inlined nodes (onnx.inliner)");
  }
  if ((model.trainingInfo?.length ?? 0) > 0) {
    inspection.report("training", "file", "the model carries training graphs", "a model exported for inference");
  }
  for (const { domain, version } of model.opsetImport ?? [])
    checkOpset(inspection, canonicalDomain(domain), version ?? 0n);
  if (!inspection.opsets.has("ai.onnx")) {
    inspection.report("opset", "file", "no version of the standard operators is given", "one opset_import of ai.onnx");
  }
}

/** The default domain has two spellings. */
export function canonicalDomain(domain: string | undefined): string {
  return domain === undefined || domain === "" ? "ai.onnx" : domain;
}

function checkOpset(inspection: Inspection, domain: string, version: bigint): void {
  const allowed = allowedOperators(domain);
  if (inspection.opsets.has(domain)) {
    inspection.report("opset", "file", `operator set ${domain} is imported twice`, "one version of each operator set");
  }
  inspection.opsets.set(domain, version);
  // Exporters import sets that they do not use; what counts is what the nodes use.
  if (allowed === undefined) return;
  const [lowest, highest] = allowed.opset;
  if (version >= BigInt(lowest) && version <= BigInt(highest)) return;
  inspection.report("opset", "file", `operator set ${domain} has version ${version}`, `${lowest} to ${highest}`);
}

interface AllowedDomain {
  readonly opset: readonly [number, number];
  readonly operators: ReadonlySet<string>;
}

const ALLOWED: ReadonlyMap<string, AllowedDomain> = new Map(
  Object.entries(operators).map(([domain, { opset, operators: names }]) => [
    domain,
    { opset: [opset[0] ?? 0, opset[1] ?? 0], operators: new Set(names) },
  ]),
);

export function allowedOperators(domain: string): AllowedDomain | undefined {
  return ALLOWED.get(domain);
}
