import type { Outcome } from "../adapters/chain/sender.ts";
import type { Journal } from "../adapters/store/journal.ts";
import type { Purpose, TransactionRecord } from "../adapters/store/transactions.ts";
import type { JobEvent, JobState } from "../domain/job-state.ts";

/** The state in which a job waits for a transaction, and what its failure does. Success is told by the market's events. */
const WAITING: Readonly<Record<Purpose, readonly [JobState, JobEvent]>> = {
  take: ["taking", "take-failed"],
  reject: ["rejecting", "reject-failed"],
  reveal: ["revealing", "reveal-failed"],
  settle: ["settling", "settle-failed"],
};

/** Takes jobs back a step whose transaction was reverted or replaced, so that the step is made again or given up. */
export function applyOutcome(journal: Journal, { purpose, jobIds }: TransactionRecord, outcome: Outcome): void {
  if (outcome === "mined") return;
  const [state, event] = WAITING[purpose];
  for (const jobId of jobIds) {
    if (journal.jobs.get(jobId)?.state === state) journal.jobs.advance(jobId, event);
  }
}
