import { AssuranceLevel, jobAfter, type MarketEvent } from "@glia/sdk";
import { type Address, type Hex, isAddressEqual } from "viem";

import type { Journal } from "../../adapters/store/journal.ts";
import type { AuditEvent } from "../../domain/audit-state.ts";

/**
 * Writes what one event of the market says about other providers' audited jobs into an auditor's journal. Applying an event again changes
 * nothing. Call it inside `journal.atomic`, together with the cursor, before the event is applied to our own jobs.
 * @param auditing whether new ones are taken up; what was begun is followed to its end
 */
export function applyToAudits(journal: Journal, provider: Address, event: MarketEvent, auditing: boolean): void {
  switch (event.eventName) {
    case "JobAssigned":
    case "JobTaken":
      if (auditing) assign(journal, provider, event);
      return;
    case "JobCommitted":
      move(journal, event, "committed-on-chain");
      return;
    case "ModuleDataSet":
      move(journal, event, undefined);
      return;
    case "JobRevealed":
      move(journal, event, "revealed-on-chain");
      return;
    case "JobSettled":
    case "JobRefuted":
    case "JobDefaulted":
    case "JobRejected":
      if (journal.audits.get(event.args.jobId) !== undefined) journal.audits.advance(event.args.jobId, "job-ended");
      return;
    default:
      return;
  }
}

function move(
  journal: Journal,
  event: Extract<MarketEvent, { args: { jobId?: Hex } }>,
  fact: AuditEvent | undefined,
): void {
  const { jobId } = event.args as { readonly jobId: Hex };
  const audit = journal.audits.get(jobId);
  const job = jobAfter(audit?.job, event);
  if (audit === undefined || job === undefined) return;
  journal.audits.setJob(jobId, job, event.blockNumber);
  if (fact !== undefined) journal.audits.advance(jobId, fact);
}

function assign(
  journal: Journal,
  provider: Address,
  event: Extract<MarketEvent, { eventName: "JobAssigned" | "JobTaken" }>,
): void {
  const { jobId } = event.args;
  // Nobody audits its own work, and the chain would refuse it.
  if (isAddressEqual(event.args.provider, provider)) return;
  const auction = journal.auctions.get(jobId);
  const spec = event.eventName === "JobAssigned" ? event.args.spec : auction?.spec;
  const job = jobAfter(undefined, event);
  if (spec?.level !== AssuranceLevel.Audited || job === undefined) return;
  const sources = auction?.sources ?? [];
  journal.audits.upsert({ jobId, spec, sources, job, block: event.blockNumber });
  journal.audits.advance(jobId, "assigned-on-chain");
}
