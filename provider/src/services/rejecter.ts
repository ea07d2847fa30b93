import { rejectCall } from "@glia/sdk";
import type { Address } from "viem";

import type { Sender } from "../adapters/chain/sender.ts";
import type { JobRecord } from "../adapters/store/jobs.ts";
import type { Journal } from "../adapters/store/journal.ts";
import { encodeReason, type RejectReason } from "../domain/reject-reason.ts";
import { hasLiveTransaction } from "./live-transaction.ts";

/** Rejects a job on chain: the buyer gets everything back at once, and the collateral is free again. */
export function createRejecter(options: {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly market: Address;
}) {
  const { journal, sender, market } = options;
  return async function reject(job: JobRecord, reason: RejectReason): Promise<void> {
    const { jobId } = job;
    if (hasLiveTransaction(journal, jobId, "reject")) {
      journal.jobs.advance(jobId, "reject-signed");
      return;
    }
    await sender.submit({
      purpose: "reject",
      jobIds: [jobId],
      call: rejectCall(market, { id: jobId, job: job.assignedJob }, encodeReason(reason)),
      onRecorded: () => void journal.jobs.advance(jobId, "reject-signed"),
    });
  };
}
