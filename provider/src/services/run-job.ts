import { batchFacts, cidToDigest, type ContentStore, digestToCid, type ExactReader, GliaError } from "@glia/sdk";
import type { Hex } from "viem";

import type { JobRecord } from "../adapters/store/jobs.ts";
import type { ResultRecord } from "../adapters/store/results.ts";
import type { JobPoint } from "../domain/points.ts";
import { Impossible } from "../domain/reject-reason.ts";
import { type ExactSelfTest, type Inference, runBatchFile } from "../inference.ts";
import { checkContent, type ContentLimits, type DeclaredSizes, impossible } from "./check-content.ts";

/** What running one job needs. */
export interface RunJobContext {
  readonly store: ContentStore;
  readonly engine: Inference;
  /** Finds the integer function in a stranger's file. */
  readonly readExact: ExactReader;
  readonly limits: ContentLimits & { readonly maxOutputBytes: number };
  readonly declared: DeclaredSizes;
  /** The runtime class that results are signed with. */
  readonly runtime: string;
  /** Makes a file local, whole and verified; throws {@link Impossible} when no source has it. */
  readonly fetch: (digest: Hex, sources: readonly string[], maxBytes: number, signal: AbortSignal) => Promise<void>;
  readonly reach: (point: JobPoint) => void;
  readonly onProgress: (itemsDone: number) => void;
  /** Told which nodes of an exact model this machine computes by the law, each time such a model is taken up. */
  readonly onSelfTest: (selfTest: ExactSelfTest) => void;
  readonly signal: AbortSignal;
}

/** Codes of the inference engine that are not the job's fault; such a run is repeated. */
const OWN_FAULT = new Set(["MODEL_CLOSED", "SANDBOX_UNAVAILABLE"]);

/**
 * Fetches, checks and runs a job, and keeps its output file. Nothing is written to the journal here.
 * @throws {@link Impossible} for a job that can only be rejected; anything else may go away by itself.
 */
export async function runJob(job: JobRecord, context: RunJobContext): Promise<ResultRecord> {
  const { store, engine, limits, signal } = context;
  const { spec } = job;
  await context.fetch(spec.modelDigest, job.sources, limits.maxModelBytes, signal);
  await context.fetch(spec.inputDigest, job.sources, limits.maxInputBytes, signal);
  context.reach("fetched");
  const input = await store.open(digestToCid(spec.inputDigest));
  const { bytes, model } = await checkContent({
    spec,
    model: await store.open(digestToCid(spec.modelDigest)),
    input,
    limits,
    declared: context.declared,
    inspect: (file) => engine.inspect(file),
    readExact: context.readExact,
  });
  context.reach("gated");
  try {
    const loaded = await engine.load(bytes, { signal, exact: model.exact?.model });
    if (loaded.selfTest !== undefined) context.onSelfTest(loaded.selfTest);
    context.reach("run-started");
    const output = runBatchFile(loaded, input, {
      items: spec.items,
      signal,
      onProgress: ({ itemsDone }) => context.onProgress(itemsDone),
    });
    const outputCid = await store.put(output, { pin: true, signal });
    const { root: resultRoot, itemBytes } = await batchFacts(await store.open(outputCid), model, "outputs");
    if (itemBytes > spec.maxItemOutputBytes) {
      throw new Impossible(
        "OUTPUT_TOO_LARGE",
        `An item's output has ${itemBytes} bytes; the spec allows ${spec.maxItemOutputBytes}`,
      );
    }
    context.reach("run-finished");
    return { jobId: job.jobId, resultRoot, outputDigest: cidToDigest(outputCid), runtime: context.runtime };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Impossible || (error instanceof GliaError && OWN_FAULT.has(error.code))) throw error;
    throw impossible("RUN_FAILED", error);
  }
}
