import type { Outcome } from "../adapters/chain/sender.ts";
import type { Journal } from "../adapters/store/journal.ts";
import type { Purpose, TransactionRecord } from "../adapters/store/transactions.ts";
import type { AuditEvent, AuditState } from "../domain/audit-state.ts";
import type { JobEvent, JobState } from "../domain/job-state.ts";

/** The states in which a job waits for a transaction, and what its failure does. Success is told by the chain's events. */
const WAITING: Partial<Record<Purpose, Partial<Record<JobState, JobEvent>>>> = {
  take: { taking: "take-failed" },
  reject: { rejecting: "reject-failed" },
  commit: { committing: "commit-failed" },
  reveal: { revealing: "reveal-failed", opening: "open-failed" },
  settle: { settling: "settle-failed" },
};

/** The same for audits. What waits in no state (a move in a challenge, say) is made again from what the chain says. */
const WAITING_AUDITS: Partial<Record<Purpose, Partial<Record<AuditState, AuditEvent>>>> = {
  attest: { attesting: "attest-failed" },
  claim: { claiming: "claim-failed" },
  close: { closing: "close-failed" },
};

/** Takes jobs back a step whose transaction was reverted or replaced, so that the step is made again or given up. */
export function applyOutcome(journal: Journal, { purpose, jobIds }: TransactionRecord, outcome: Outcome): void {
  if (outcome === "mined") return;
  for (const jobId of jobIds) {
    const job = journal.jobs.get(jobId);
    const event = job === undefined ? undefined : WAITING[purpose]?.[job.state];
    if (event !== undefined) journal.jobs.advance(jobId, event);
    const audit = journal.audits.get(jobId);
    const auditEvent = audit === undefined ? undefined : WAITING_AUDITS[purpose]?.[audit.state];
    if (auditEvent !== undefined) journal.audits.advance(jobId, auditEvent);
  }
}
