import { printable } from "../process/quarantine.ts";
import { workerProtocol } from "../process/worker-errors.ts";
import { parseJson } from "../process/worker-process.ts";
import type { ExactSelfTest } from "../worker/frames.ts";

/** Characters of one node's reason that are kept. */
const LONGEST = 200;

/** The worker's word on its self-test, taken for nothing better than JSON. Throws `WORKER_PROTOCOL` if it is no such report. */
export function parseSelfTest(payload: Uint8Array): ExactSelfTest {
  const report = parseJson(payload);
  if (typeof report !== "object" || report === null) throw malformed();
  const { nodes, byLaw } = report as Partial<Record<keyof ExactSelfTest, unknown>>;
  if (!isCount(nodes) || !Array.isArray(byLaw) || byLaw.length > nodes) throw malformed();
  return { nodes, byLaw: byLaw.map(parseNode) };
}

function parseNode(value: unknown): ExactSelfTest["byLaw"][number] {
  if (typeof value !== "object" || value === null) throw malformed();
  const { node, kind, reason } = value as Partial<Record<"node" | "kind" | "reason", unknown>>;
  if (!isCount(node) || typeof kind !== "string" || typeof reason !== "string") throw malformed();
  return { node, kind: printable(kind, LONGEST), reason: printable(reason, LONGEST) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function malformed(): Error {
  return workerProtocol("a self-test report that is none");
}
