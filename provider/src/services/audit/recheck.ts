import { assuranceOf, hashJob, JobStatus, type MarketClient } from "@glia/sdk";
import { type Address, zeroHash } from "viem";

import type { Journal } from "../../adapters/store/journal.ts";

/** After a reorganisation: audits that the new chain did not speak of again take the chain's own status. */
export async function recheckAudits(client: MarketClient, journal: Journal, provider: Address): Promise<void> {
  for (const { jobId, job, state } of journal.audits.listMarked()) {
    const { status, jobHash } = await client.statusOf(jobId);
    const same = jobHash === hashJob(job);
    const assurance = await assuranceOf(client, job.module);
    const ours =
      status === JobStatus.Committed ? (await assurance.attestationOf(jobId, provider)).commitment : zeroHash;
    journal.atomic(() => {
      // What was found wrong was revealed in blocks that are no more.
      if (status < JobStatus.Revealed) journal.audits.setDiffers(jobId, undefined);
      if (status === JobStatus.None || status === JobStatus.Open) journal.audits.advance(jobId, "vanished");
      else if (status === JobStatus.Assigned) journal.audits.advance(jobId, "assigned-on-chain");
      else if (status === JobStatus.Committed && ours !== zeroHash) journal.audits.advance(jobId, "attested-on-chain");
      else if (status === JobStatus.Committed && same && state !== "attesting")
        journal.audits.advance(jobId, "committed-on-chain");
      journal.audits.unmark(jobId);
    });
  }
}
