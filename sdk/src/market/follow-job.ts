import { defaultAuditedCall } from "../chain/assurance-calls.ts";
import { assuranceOf } from "../chain/assurance-client.ts";
import { jobFromEvents } from "../chain/job-from-events.ts";
import type { JobView } from "../chain/job-from-events.ts";
import { hashResultStatement } from "../chain/hash-signed.ts";
import { sendCall } from "../chain/send-call.ts";
import { unpackTerms } from "../chain/terms.ts";
import { JobStatus } from "../chain/types.ts";
import { verifySignature } from "../chain/verify-signature.ts";
import { GliaError } from "../errors.ts";
import { digestToCid } from "../storage/cid.ts";
import type { RandomAccess } from "../tensors/index.ts";
import { explainRevert } from "../chain/errors/explain-revert.ts";
import type { CommittedModel } from "./committed-model.ts";
import { downloadResult } from "./download-result.ts";
import { remember, recording, report, requestOptions } from "./job-run.ts";
import type { JobRun } from "./job-run.ts";
import { accept, defaultJob, expire } from "./job-steps.ts";
import { readProvider } from "./list-providers.ts";
import { sleep } from "../chain/sleep.ts";
import { verifyFiles } from "./verify-result.ts";
import { readProgress, watchJob } from "./watch-job.ts";

/** The job as its events tell it. */
export function viewOf({ client, record, options: { signal } }: JobRun): Promise<JobView> {
  return jobFromEvents(client, record.jobId, {
    ...(record.hiredIn === undefined ? {} : { fromBlock: record.hiredIn }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Waits for the next state, in the end the result. An auction that nobody took is ended; a provider that missed its deadline is made to refund the price and lose part of its collateral. */
export async function awaitResult(run: JobRun): Promise<void> {
  const { client, record, interval } = run;
  const view = await viewOf(run);
  const endpoint = await endpointOf(run, view);
  if (view.status === JobStatus.Committed) {
    report(run, { step: "committed", revealDeadline: unpackTerms(view.job.terms).deadline });
  }
  for await (const { status, overdue, progress } of watchJob(client, record.jobId, {
    ...requestOptions(run),
    job: view.job,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(interval === undefined ? {} : { interval }),
  })) {
    report(run, {
      step: "running",
      items: progress?.itemsDone ?? 0,
      totalItems: record.spec.items,
      ...(progress === undefined ? {} : { state: progress.state }),
    });
    // A new state has a new struct and a new deadline.
    if (status !== view.status) return;
    if (overdue && status === JobStatus.Open)
      await expire(client, record.jobId, recording(run)({ what: "end the auction" }));
    else if (overdue) await reclaim(run, view);
  }
}

/** Ends a job that its provider missed: the price comes back. One that an auditor attested falls whole, through its module. */
async function reclaim(run: JobRun, { jobId, job }: JobView): Promise<void> {
  const hooks = recording(run)({ what: "reclaim the price" });
  const { status } = await run.client.statusOf(jobId);
  const attested =
    status === JobStatus.Committed &&
    (await (await assuranceOf(run.client, job.module)).auditOf(jobId)).attestations > 0;
  if (attested) await sendCall(run.client, defaultAuditedCall(job.module, { id: jobId, job }), hooks);
  else await defaultJob(run.client, jobId, hooks);
}

/** An output batch file of which every hash was checked, and the model that it is of. */
export interface Delivered {
  readonly outputs: RandomAccess;
  readonly model: CommittedModel;
}

/** Fetches the output file, asking again for a while, and recomputes every hash. */
export async function fetchVerified(run: JobRun, view: JobView): Promise<Delivered> {
  const { client, content, peer, record, options } = run;
  const { spec, outputDigest } = view;
  if (outputDigest === undefined) {
    throw new GliaError("NOT_REVEALED", `The result of job ${record.jobId} is not revealed yet.`, {
      kind: "refused",
      hint: "Wait until the provider reveals it.",
      retryable: true,
    });
  }
  const endpoint = await endpointOf(run, view);
  const until = performance.now() + (options.downloadPatience ?? 60_000);
  for (let pause = 250; ; pause *= 2) {
    try {
      const outputs = await downloadResult(
        content,
        { spec, outputDigest, ...(endpoint === undefined ? {} : { endpoint }) },
        {
          ...requestOptions(run),
          ...(peer === undefined ? {} : { peer }),
          onProgress: (bytes, totalBytes) => {
            report(run, { step: "downloading", bytes, ...(totalBytes === undefined ? {} : { totalBytes }) });
          },
        },
      );
      // Asked for only now: a provider that was down when the download began has come back.
      await keepStatement(run, view, endpoint);
      report(run, { step: "verifying" });
      const [file, inputs] = await Promise.all([
        content.open(digestToCid(spec.modelDigest)),
        content.open(digestToCid(spec.inputDigest)),
      ]);
      const model = await verifyFiles(view, client.domain, { model: file, inputs, outputs });
      await remember(run, { verified: true });
      report(run, { step: "verified" });
      return { outputs, model };
    } catch (error) {
      options.signal?.throwIfAborted();
      const explained = explainRevert(error);
      if (!explained.retryable || performance.now() + pause > until) throw explained;
      await sleep(pause, options.signal);
    }
  }
}

/** Pays: the buyer accepts a result whose hashes it has checked. Somebody else may settle it first once its window is over; that is as good. */
export async function acceptResult(run: JobRun, { jobId }: Pick<JobView, "jobId">): Promise<void> {
  try {
    await accept(run.client, jobId, recording(run)({ what: "accept the result and pay" }));
  } catch (error) {
    const { status, openChallenges } = await run.client.statusOf(jobId);
    // Somebody settled it, or challenged it in the meantime: what is next says the chain.
    if (status === JobStatus.Revealed && openChallenges === 0) throw error;
  }
}

/** Keeps the operator's signed word for the receipt, if it gives one and it is true; a courtesy that may be missing. */
async function keepStatement(
  run: JobRun,
  { jobId, job, outputDigest }: JobView,
  endpoint: string | undefined,
): Promise<void> {
  if (run.record.statement !== undefined || endpoint === undefined) return;
  const progress = await readProgress(jobId, { ...requestOptions(run), endpoint });
  const statement = progress?.result;
  if (statement?.resultRoot !== job.resultRoot || statement.outputDigest !== outputDigest) return;
  const hash = hashResultStatement({ ...statement, jobId }, run.client.domain);
  if (await verifySignature(job.operator, hash, statement.signature, run.client.publicClient))
    await remember(run, { statement });
}

/** Where the provider is now; it may have moved since it made its offer. */
async function endpointOf({ client, record }: JobRun, { provider }: JobView): Promise<string | undefined> {
  const entry = provider === undefined ? undefined : await readProvider(client, provider);
  return entry?.endpoint ?? record.offer?.endpoint;
}
