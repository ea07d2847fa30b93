import { type AssuranceClient, type Audit, isChecked, isDrawn } from "@glia/sdk";
import type { Address, Hex } from "viem";

/** Whether a lot makes a job a checked one and names this auditor, by the stakes that the chain holds as of the job's assignment. */
export async function isNamed(
  assurance: AssuranceClient,
  {
    jobId,
    audit,
    seed,
    auditor,
  }: { readonly jobId: Hex; readonly audit: Audit; readonly seed: Hex; readonly auditor: Address },
): Promise<boolean> {
  if (!isChecked(seed, jobId, audit.checkBps)) return false;
  const [stake, total] = await Promise.all([
    assurance.auditingStakeAt(auditor, audit.assignedAt),
    assurance.totalAuditingStakeAt(audit.assignedAt),
  ]);
  const { expectedAuditors: expected } = assurance.parameters;
  return isDrawn({ seed, jobId, auditor, stake, total, expected, redrawn: audit.redrawn });
}
