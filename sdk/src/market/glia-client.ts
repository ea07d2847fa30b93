import { hexToString } from "viem";
import type { Hex } from "viem";
import { assertChain } from "../chain/assert-chain.ts";
import { auditFromEvents } from "../chain/audit-from-events.ts";
import { tame } from "../chain/errors/fill.ts";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import { jobFromEvents } from "../chain/job-from-events.ts";
import type { JobView } from "../chain/job-from-events.ts";
import { jobStatusName } from "../chain/job-status.ts";
import type { SignedSponsorship } from "../chain/market-calls.ts";
import { JobStatus } from "../chain/types.ts";
import type { JobSpec } from "../chain/types.ts";
import type { runChallenger } from "../assurance/drive.ts";
import { GliaError } from "../errors.ts";
import type { Item, RandomAccess } from "../tensors/index.ts";
import { buildSpec, readSpecRules } from "./build-spec.ts";
import type { JobTerms } from "./build-spec.ts";
import { awaitAudits } from "./await-audits.ts";
import { decodeOutputs } from "./exact-batch.ts";
import { challengeJob } from "./challenge-job.ts";
import type { ChallengeOptions } from "./challenge-job.ts";
import { acceptResult, awaitResult, fetchVerified, viewOf } from "./follow-job.ts";
import type { Delivered } from "./follow-job.ts";
import type { JobRecord } from "./job-record.ts";
import { remember, report } from "./job-run.ts";
import type { ClientParts, FollowOptions, JobRun } from "./job-run.ts";
import { loadRecord } from "./load-record.ts";
import { obtainProvider } from "./obtain-provider.ts";
import { prepareContent } from "./prepare-content.ts";
import type { ContentFiles } from "./prepare-content.ts";
import { createReceipt, isPaid } from "./receipt.ts";
import type { PaidReceipt, Receipt } from "./receipt.ts";
import { reclaimPot } from "./reclaim-pot.ts";
import { settlePending } from "./settle-pending.ts";
import { verifyJob } from "./verify-job.ts";
import type { VerifiedJob, VerifyOptions } from "./verify-job.ts";
import { watchResult } from "./watch-result.ts";
import type { WatchedResult, WatchResultOptions } from "./watch-result.ts";

/** A job to be done from beginning to end. */
export interface RunOptions extends FollowOptions, ContentFiles {
  /** Token, highest price and whatever should differ from `buildSpec`'s defaults; the wallet's account is the buyer. */
  readonly terms: Omit<JobTerms, "buyer">;
  /** Gateways or multiaddrs where providers find the bytes; without any they are uploaded. */
  readonly sources?: readonly string[];
  readonly sponsor?: SignedSponsorship;
}

/** A job that was delivered, checked and paid. */
export interface JobOutcome {
  readonly jobId: Hex;
  readonly view: JobView;
  readonly record: JobRecord;
  /** The output batch file as delivered (of an exact model: its u8 ports); every hash was checked. */
  readonly outputs: RandomAccess;
  /** Whether the job's model id names an exact model. */
  readonly exact: boolean;
  /** The items of `outputs` in the outputs that the model's file declares: of an exact model, its tail is computed here. */
  items(): AsyncGenerator<Item>;
  readonly receipt: PaidReceipt;
}

/** The buyer's client: does a whole job, and goes on with it after a crash. */
export class GliaClient {
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /**
   * Stores model and inputs, builds the spec and records it: from here on `resume(jobId)` can finish the job. Nothing is signed or paid.
   * @throws GliaError `WRONG_CHAIN`, `SPEC_INVALID`, and those of malformed files.
   */
  async prepare(options: RunOptions): Promise<JobRecord> {
    const { client, content, jobs } = this.#parts;
    const { chainId, market } = client.domain;
    await assertChain(client.publicClient, chainId);
    const wallet = client.requireWallet();
    const prepared = await prepareContent(content, options, options.signal);
    const terms = { ...options.terms, buyer: wallet.account.address };
    const spec: JobSpec = buildSpec(prepared, terms, await readSpecRules(client));
    const record: JobRecord = {
      version: 1,
      jobId: hashJobSpec(spec, client.domain),
      chainId,
      market,
      spec,
      sources: [...(options.sources ?? [])],
      ...(options.sponsor === undefined ? {} : { sponsor: options.sponsor }),
      transactions: [],
      verified: false,
    };
    await jobs.save(record);
    return record;
  }

  /** Quotes → choice → upload → hire → wait → download → verify → accept. */
  async run(options: RunOptions): Promise<JobOutcome> {
    const record = await this.prepare(options);
    return advance({ ...this.#parts, options, record });
  }

  /**
   * Goes on with a job from wherever it stands: from its record, or, for a job hired elsewhere, from the chain.
   * @throws GliaError `JOB_UNKNOWN`, `WRONG_CHAIN`, `JOB_OF_OTHER_MARKET`, or how the job ended if not by payment.
   */
  async resume(jobId: Hex, options: FollowOptions = {}): Promise<JobOutcome> {
    const record = await loadRecord(this.#parts, jobId);
    const run: JobRun = { ...this.#parts, options, record };
    await settlePending(run);
    return advance(run);
  }

  /**
   * The receipt of a job that has ended, paid or refuted.
   * @throws GliaError `NOT_SETTLED` while it has not, `JOB_UNKNOWN`.
   */
  async receipt(jobId: Hex): Promise<Receipt> {
    const { client, jobs } = this.#parts;
    const view = await jobFromEvents(client, jobId);
    return createReceipt(view, client.domain, await jobs.load(jobId), await auditFromEvents(client, view));
  }

  /** Fetches a revealed result, checks every hash and, where asked to, runs items again; see {@link verifyJob}. Pays nothing. */
  verify(jobId: Hex, options: VerifyOptions = {}): Promise<VerifiedJob> {
    return verifyJob(this.#parts, jobId, options);
  }

  /** Challenges a revealed result and plays to the end; see {@link challengeJob}. */
  challenge(jobId: Hex, options: ChallengeOptions = {}): ReturnType<typeof runChallenger> {
    return challengeJob(this.#parts, jobId, options);
  }

  /** Waits for a job's result, runs a sample of it again and challenges what is wrong; see {@link watchResult}. */
  watch(jobId: Hex, options: WatchResultOptions = {}): Promise<WatchedResult> {
    return watchResult(this.#parts, jobId, options);
  }
}

/** Does what the chain says is next until the job has ended. */
async function advance(run: JobRun): Promise<JobOutcome> {
  let outputs: Delivered | undefined;
  for (;;) {
    run.options.signal?.throwIfAborted();
    const { status } = await run.client.statusOf(run.record.jobId);
    switch (status) {
      case JobStatus.None:
        await obtainProvider(run);
        break;
      case JobStatus.Open:
      case JobStatus.Assigned:
      case JobStatus.Committed:
        await awaitResult(run);
        break;
      case JobStatus.Revealed: {
        const view = await viewOf(run);
        if (outputs === undefined) {
          outputs = await fetchVerified(run, view);
          await run.options.inspect?.(view, outputs);
        }
        if (await awaitAudits(run, view)) await acceptResult(run, view);
        break;
      }
      case JobStatus.Settled:
        return finish(run, outputs);
      default:
        throw await ended(run, status);
    }
  }
}

async function finish(run: JobRun, known: Delivered | undefined): Promise<JobOutcome> {
  const view = await viewOf(run);
  const { outputs, model } = known ?? (await fetchVerified(run, view));
  const receipt = createReceipt(view, run.client.domain, run.record, await auditFromEvents(run.client, view));
  if (!isPaid(receipt)) throw await ended(run, view.status);
  await remember(run, {});
  report(run, { step: "done" });
  const delivered = { outputs, exact: model.exact !== undefined, items: () => decodeOutputs(model, outputs) };
  return { jobId: view.jobId, view, record: run.record, ...delivered, receipt };
}

const ENDINGS: Readonly<Partial<Record<JobStatus, { code: string; says: string; hint: string }>>> = {
  [JobStatus.Cancelled]: { code: "JOB_CANCELLED", says: "was cancelled", hint: "Start a new job." },
  [JobStatus.Expired]: { code: "JOB_EXPIRED", says: "was taken by nobody", hint: "Offer a higher price." },
  [JobStatus.Rejected]: {
    code: "JOB_REJECTED",
    says: "was rejected by its provider",
    hint: "Look at the reason; then start a new job, with another provider if the job itself is right.",
  },
  [JobStatus.Defaulted]: {
    code: "JOB_DEFAULTED",
    says: "was not delivered in time",
    hint: "Start a new job; the provider lost part of its collateral.",
  },
  [JobStatus.Refuted]: {
    code: "JOB_REFUTED",
    says: "had a wrong result, and it was proven on chain",
    hint: "Start a new job with another provider; this one lost its collateral.",
  },
};

/** Every ending but payment refunds the payer in full, or all but the pot where auditors have earned it. */
async function ended(run: JobRun, status: JobStatus): Promise<GliaError> {
  const { jobId } = run.record;
  const { code, says, hint } = ENDINGS[status] ?? {
    code: "JOB_ENDED",
    says: `ended as ${jobStatusName(status)}`,
    hint: "Update Glia.",
  };
  const view = await viewOf(run);
  await reclaimPot(run, view);
  const { rejectReason } = view;
  const reason = rejectReason === undefined ? "" : tame(hexToString(rejectReason, { size: 32 }), 32);
  return new GliaError(code, `Job ${jobId} ${says}${reason === "" ? "" : ` (${reason})`}. The price was refunded.`, {
    kind: "refused",
    hint,
    details: { jobId, status: jobStatusName(status), ...(reason === "" ? {} : { reason }) },
  });
}
