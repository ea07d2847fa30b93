import type { Hex } from "viem";

import type { Journal } from "../adapters/store/journal.ts";
import type { Purpose } from "../adapters/store/transactions.ts";

/** Whether a signed transaction of this purpose is under way for a job; a second one must then not be signed. */
export function hasLiveTransaction(journal: Journal, jobId: Hex, purpose: Purpose): boolean {
  return journal.transactions.listOfJob(jobId, purpose).some(({ state }) => state === "signed" || state === "sent");
}
