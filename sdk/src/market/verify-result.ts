import type { Hex } from "viem";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import type { JobView } from "../chain/job-from-events.ts";
import type { MarketDomain } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import type { RandomAccess } from "../tensors/index.ts";
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
}

/**
 * Computes every hash of a job again from the bytes: job id from the spec, model id and digest, batch root and input digest,
 * result root and output digest. Says that the delivered bytes are the committed ones, not that the model was run rightly.
 * @throws GliaError `JOB_ID_MISMATCH`, `MODEL_MISMATCH`, `INPUT_MISMATCH`, `RESULT_MISMATCH`, `NOT_REVEALED`.
 */
export async function verifyResult(
  view: Pick<JobView, "jobId" | "spec" | "job" | "outputDigest">,
  domain: MarketDomain,
  { model, inputs, outputs }: JobFiles,
): Promise<Verification> {
  const { jobId, spec, job, outputDigest } = view;
  if (outputDigest === undefined) {
    throw new GliaError("NOT_REVEALED", `The result of job ${jobId} is not revealed yet.`, {
      kind: "refused",
      hint: "Wait until the provider reveals it.",
      retryable: true,
    });
  }
  assertSame("JOB_ID_MISMATCH", "job id of the spec", jobId, hashJobSpec(spec, domain));
  await verifyModel(model, spec);
  await verifyBatch(inputs, "INPUT_MISMATCH", { root: spec.batchRoot, digest: spec.inputDigest, items: spec.items });
  await verifyBatch(outputs, "RESULT_MISMATCH", {
    root: job.resultRoot,
    digest: outputDigest,
    items: spec.items,
    maxItemBytes: spec.maxItemOutputBytes,
  });
  return {
    jobId,
    modelId: spec.modelId,
    batchRoot: spec.batchRoot,
    resultRoot: job.resultRoot,
    items: spec.items,
  };
}
