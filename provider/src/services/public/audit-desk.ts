import {
  assuranceOf,
  type AuditRequestBody,
  type ContentStore,
  digestToCid,
  GliaError,
  type MarketClient,
  seedOf,
  verifyAuditRequest,
} from "@glia/sdk";
import { type Address, type Hex, zeroAddress } from "viem";

import type { Journal } from "../../adapters/store/journal.ts";
import type { JobState } from "../../domain/job-state.ts";
import { isNamed } from "../audit/is-drawn.ts";

/** Downloads at the same time, over all auditors. */
const MAX_DOWNLOADS = 4;
/** Downloads of one job by one auditor, one at a time: enough for a line that breaks, too few to be a load. */
const MAX_TRIES = 8;

/** From the commitment on there is something to audit, and until the job is final something to dispute. */
const AUDITED: ReadonlySet<JobState> = new Set(["committed", "opening", "revealed", "settling"]);

export interface AuditDeskOptions {
  readonly journal: Journal;
  readonly client: MarketClient;
  readonly store: ContentStore;
}

/**
 * Gives a drawn auditor a job's model and inputs as a CAR, and never its outputs. Who asks must have signed as the operator that the registry
 * names for the auditor; that the auditor is drawn is computed from the chain's seed and stakes.
 */
export function createAuditDesk({ journal, client, store }: AuditDeskOptions) {
  const downloading = new Set<Address>();
  const tries = new Map<string, number>();

  async function assertDrawn(jobId: Hex, module: Address, auditor: Address): Promise<void> {
    const assurance = await assuranceOf(client, module);
    const [audit, lot] = await Promise.all([assurance.auditOf(jobId), seedOf(client, assurance, jobId)]);
    if (lot.state === "ready" && (await isNamed(assurance, { jobId, audit, seed: lot.seed, auditor }))) return;
    throw new GliaError("AUDITOR_NOT_DRAWN", `The lot of job ${jobId} does not name the auditor ${auditor}`, {
      kind: "refused",
      retryable: lot.state === "waiting",
      hint: "Only auditors that the job's seed draws get its content.",
    });
  }

  function take(jobId: Hex, auditor: Address): () => void {
    const key = `${jobId} ${auditor}`;
    const before = tries.get(key) ?? 0;
    if (downloading.size >= MAX_DOWNLOADS || downloading.has(auditor) || before >= MAX_TRIES) {
      throw new GliaError(
        "AUDIT_DESK_BUSY",
        `This provider serves ${MAX_DOWNLOADS} auditors at a time, each once at a time and a job at most ${MAX_TRIES} times`,
        {
          kind: "refused",
          retryable: before < MAX_TRIES,
        },
      );
    }
    if (tries.size > 10_000) tries.clear();
    tries.set(key, before + 1);
    downloading.add(auditor);
    return () => downloading.delete(auditor);
  }

  async function* serve(jobId: Hex, auditor: Address, digests: readonly Hex[]): AsyncGenerator<Uint8Array> {
    const done = take(jobId, auditor);
    const roots = digests.map((digest) => digestToCid(digest));
    const free = roots.map((root) => store.hold(root));
    try {
      yield* store.exportCar(roots);
    } finally {
      for (const release of free) release();
      done();
    }
  }

  /** @returns the CAR; nothing of it is read before it is asked for. */
  return async function answer(jobId: Hex, body: AuditRequestBody): Promise<AsyncGenerator<Uint8Array>> {
    const { auditor, deadline, signature } = body;
    const job = journal.jobs.get(jobId);
    if (job?.committedJob === undefined || !AUDITED.has(job.state)) {
      throw new GliaError("JOB_UNKNOWN", `This provider has no job ${jobId} to be audited`, { kind: "input" });
    }
    const { operator } = await client.provider(auditor);
    if (operator === zeroAddress)
      throw new GliaError("AUDITOR_UNKNOWN", `${auditor} is no registered provider`, { kind: "refused" });
    const request = { jobId, auditor, deadline };
    const { publicClient, domain } = client;
    await verifyAuditRequest({ operator, request, signature, domain, publicClient });
    await assertDrawn(jobId, job.committedJob.module, auditor);
    return serve(jobId, auditor, [job.spec.modelDigest, job.spec.inputDigest]);
  };
}
