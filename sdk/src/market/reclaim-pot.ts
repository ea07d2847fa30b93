import { zeroAddress } from "viem";
import { returnPotCall } from "../chain/assurance-calls.ts";
import { assuranceOf } from "../chain/assurance-client.ts";
import type { JobView } from "../chain/job-from-events.ts";
import { sendCall } from "../chain/send-call.ts";
import { JobStatus } from "../chain/types.ts";
import { recording } from "./job-run.ts";
import type { JobRun } from "./job-run.ts";

/**
 * Takes back the audit pot of a job that ended before anybody could audit it. The market refunds the price by itself; the pot is held by the
 * job's module, which gives it to the payer when somebody asks. Does nothing where no pot is left.
 * @throws GliaError as {@link sendCall}.
 */
export async function reclaimPot(run: JobRun, view: JobView): Promise<void> {
  if (!(await holdsPot(run, view))) return;
  try {
    await sendCall(
      run.client,
      returnPotCall(view.job.module, view),
      recording(run)({ what: "take back the audit pot" }),
    );
  } catch (error) {
    // Anyone may ask for it; somebody else was faster.
    if (await holdsPot(run, view)) throw error;
  }
}

async function holdsPot({ client }: JobRun, { jobId, status, spec, job }: JobView): Promise<boolean> {
  if (status !== JobStatus.Rejected && status !== JobStatus.Defaulted) return false;
  if (spec.auditPot === 0n || job.module === zeroAddress) return false;
  const { assignedAt, pot, potReturned } = await (await assuranceOf(client, job.module)).auditOf(jobId);
  // Before the commit the module knows nothing of the job but whether its pot went back.
  return !potReturned && (assignedAt === 0 || pot > 0n);
}
