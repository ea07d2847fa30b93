import { assuranceOf, type MarketClient, seedOf } from "@glia/sdk";
import type { Address } from "viem";

import type { Journal } from "../../adapters/store/journal.ts";
import type { TransactionRecord } from "../../adapters/store/transactions.ts";
import { commitmentOf } from "./commitment-of.ts";

/**
 * Judges attestations that a reorganisation took back: whether they are of the sample that the chain draws now. Which one they are of does not
 * show, so the chain would take them, and their auditor would lose its bond for differing from an honest provider. All other transactions are
 * as right as they were, or refused.
 */
export function createAttestationReview(journal: Journal, client: MarketClient, auditor: Address) {
  return async ({ purpose, jobIds: [jobId], subject }: TransactionRecord): Promise<boolean> => {
    const audit = jobId === undefined ? undefined : journal.audits.get(jobId);
    if (purpose !== "attest" || jobId === undefined || audit === undefined) return true;
    const assurance = await assuranceOf(client, audit.job.module);
    const lot = await seedOf(client, assurance, jobId);
    const own = lot.state === "ready" ? journal.audits.attestation(jobId, lot.seed) : undefined;
    return own !== undefined && commitmentOf(auditor, own) === subject;
  };
}
