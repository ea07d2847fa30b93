import type { Hex } from "viem";

import type { Journal } from "../adapters/store/journal.ts";
import type { Purpose, TransactionRecord } from "../adapters/store/transactions.ts";

/** The newest signed transaction of this purpose that is under way for a job. */
export function liveTransaction(journal: Journal, jobId: Hex, purpose: Purpose): TransactionRecord | undefined {
  return journal.transactions.listOfJob(jobId, purpose).findLast(({ state }) => state === "signed" || state === "sent");
}

/** Whether a signed transaction of this purpose is under way for a job; a second one must then not be signed. */
export function hasLiveTransaction(journal: Journal, jobId: Hex, purpose: Purpose): boolean {
  return liveTransaction(journal, jobId, purpose) !== undefined;
}
