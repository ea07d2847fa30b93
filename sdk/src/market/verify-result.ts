import type { Hex } from "viem";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import type { JobView } from "../chain/job-from-events.ts";
import type { MarketDomain } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import type { RandomAccess } from "../tensors/index.ts";
import type { CommittedModel } from "./committed-model.ts";
import { assertSame, verifyBatch, verifyModel } from "./verify-content.ts";

/** The three files of a job. */
export interface JobFiles {
  readonly model: RandomAccess;
  readonly inputs: RandomAccess;
  readonly outputs: RandomAccess;
}

/** What was recomputed and found equal to the chain. */
export interface Verification {
  readonly jobId: Hex;
  readonly modelId: Hex;
  readonly batchRoot: Hex;
  readonly resultRoot: Hex;
  readonly items: number;
  /** Whether the id names an exact model: then anybody can compute the one right output from it. */
  readonly exact: boolean;
}

/**
 * Computes every hash of a job again from the bytes: job id from the spec, model id and digest, batch root and input digest,
 * result root and output digest. Says that the delivered bytes are the committed ones, not that the model was run rightly.
 * @throws GliaError `JOB_ID_MISMATCH`, `MODEL_MISMATCH`, `INPUT_MISMATCH`, `RESULT_MISMATCH`, `NOT_REVEALED`.
 */
export async function verifyResult(view: RevealedView, domain: MarketDomain, files: JobFiles): Promise<Verification> {
  const { exact } = await verifyFiles(view, domain, files);
  const { jobId, spec, job } = view;
  const { modelId, batchRoot, items } = spec;
  return { jobId, modelId, batchRoot, resultRoot: job.resultRoot, items, exact: exact !== undefined };
}

type RevealedView = Pick<JobView, "jobId" | "spec" | "job" | "outputDigest">;

/** As {@link verifyResult}; gives the model, by which the outputs can be read. */
export async function verifyFiles(
  { jobId, spec, job, outputDigest }: RevealedView,
  domain: MarketDomain,
  { model, inputs, outputs }: JobFiles,
): Promise<CommittedModel> {
  if (outputDigest === undefined) {
    throw new GliaError("NOT_REVEALED", `The result of job ${jobId} is not revealed yet.`, {
      kind: "refused",
      hint: "Wait until the provider reveals it.",
      retryable: true,
    });
  }
  assertSame("JOB_ID_MISMATCH", "job id of the spec", jobId, hashJobSpec(spec, domain));
  const committed = await verifyModel(model, spec);
  const { batchRoot: root, inputDigest: digest, items } = spec;
  await verifyBatch(inputs, "inputs", { root, digest, items }, committed);
  await verifyBatch(
    outputs,
    "outputs",
    { root: job.resultRoot, digest: outputDigest, items, maxItemBytes: spec.maxItemOutputBytes },
    committed,
  );
  return committed;
}
