import { auditFromEvents } from "../chain/audit-from-events.ts";
import type { AuditView } from "../chain/audit-from-events.ts";
import { chainTime } from "../chain/chain-time.ts";
import type { JobView } from "../chain/job-from-events.ts";
import { AssuranceLevel, JobStatus } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import { report } from "./job-run.ts";
import type { JobRun } from "./job-run.ts";
import { sleep } from "../chain/sleep.ts";

/**
 * Waits until nothing speaks against accepting a revealed result: no challenge is open, and all who audited it have opened what they got, or
 * their time is over. Who accepts at once lets a cheat off that an auditor has caught.
 * @returns whether it may be accepted; if not, the job's state has changed.
 * @throws GliaError `AUDIT_DIFFERS` while an auditor's result is another.
 */
export async function awaitAudits(run: JobRun, view: JobView): Promise<boolean> {
  const { client, interval = 1_000, options } = run;
  let told = "";
  for (;;) {
    options.signal?.throwIfAborted();
    const { status, openChallenges } = await client.statusOf(view.jobId);
    if (status !== JobStatus.Revealed) return false;
    const audit =
      view.spec.level === AssuranceLevel.Audited ? await auditFromEvents(client, view, options.signal) : undefined;
    if (audit?.opened.some(({ differences }) => differences !== 0n) === true && openChallenges === 0)
      throw auditDiffers(view.jobId, audit);
    const waiting = audit === undefined ? undefined : await openingsLeft(run, audit);
    if (openChallenges === 0 && waiting === undefined) return true;
    const news = openChallenges > 0 ? ({ step: "disputed", openChallenges } as const) : waiting;
    const text = JSON.stringify(news);
    if (news !== undefined && text !== told) report(run, news);
    told = text;
    await sleep(interval, options.signal);
  }
}

async function openingsLeft({ client }: JobRun, { revealed, opened, forfeited }: AuditView) {
  const attestations = revealed?.attestations ?? 0;
  const until = revealed?.claimDeadline ?? 0;
  if (opened.length + forfeited.length >= attestations || (await chainTime(client.publicClient)) > until)
    return undefined;
  return { step: "audited", attestations, opened: opened.length, until } as const;
}

function auditDiffers(jobId: string, { opened, revealed }: AuditView): GliaError {
  const differing = opened.filter(({ differences }) => differences !== 0n).length;
  return new GliaError(
    "AUDIT_DIFFERS",
    `${differing} of ${revealed?.attestations ?? 0} auditors of job ${jobId} got another result than the provider; it is not accepted.`,
    {
      kind: "verification",
      hint: `Run a sample again (glia verify ${jobId} --rerun 8) and challenge what is wrong (glia challenge ${jobId}); auditors may do so too.`,
      retryable: true,
      details: { jobId, differing },
    },
  );
}
