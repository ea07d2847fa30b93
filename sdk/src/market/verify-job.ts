import type { Hex } from "viem";
import { drawItems } from "../assurance/draw-items.ts";
import { lawRunner, rerunItems } from "../assurance/rerun.ts";
import type { ItemRunner, RerunItem } from "../assurance/rerun.ts";
import type { JobView } from "../chain/job-from-events.ts";
import { GliaError } from "../errors.ts";
import { digestToCid } from "../storage/cid.ts";
import { openBatchFile } from "../tensors/index.ts";
import { fetchVerified, viewOf } from "./follow-job.ts";
import type { Delivered } from "./follow-job.ts";
import type { ClientParts, FollowOptions, JobRun } from "./job-run.ts";
import { loadRecord } from "./load-record.ts";

/** What of a result is run again. */
export interface RerunOptions {
  /** How many items, one at random of each of as many equal parts of the batch; 8 by default. */
  readonly count?: number;
  /** Which items instead; indices, ascending. */
  readonly items?: readonly number[];
  /** What runs them: a sandbox, the exact runtime; by default the law itself, which is slow and right, for exact models only. */
  readonly run?: ItemRunner;
}

export interface VerifyOptions extends Pick<FollowOptions, "onProgress" | "downloadPatience" | "signal"> {
  readonly rerun?: RerunOptions;
}

/** A delivered result of which every hash was checked, and how a sample of it came out here. */
export interface VerifiedJob extends Delivered {
  readonly view: JobView;
  /** Missing where no rerun was asked for. */
  readonly rerun?: readonly RerunItem[];
}

/**
 * Fetches a revealed result and checks every hash of it, then runs items again where asked to.
 * @throws GliaError `NOT_REVEALED`, `RESULT_MISMATCH` and others as `verifyResult`; `RUNNER_MISSING` for a model that is not exact. Items
 * that differ are no error: look at `rerun`.
 */
export async function verifyJob(
  parts: ClientParts,
  jobId: Hex,
  { rerun, ...options }: VerifyOptions = {},
): Promise<VerifiedJob> {
  const run: JobRun = { ...parts, options, record: await loadRecord(parts, jobId) };
  const view = await viewOf(run);
  const delivered = await fetchVerified(run, view);
  if (rerun === undefined) return { ...delivered, view };
  const { items: total, inputDigest } = view.spec;
  const found: RerunItem[] = [];
  const [inputs, outputs] = await Promise.all([
    openBatchFile(await parts.content.open(digestToCid(inputDigest))),
    openBatchFile(delivered.outputs),
  ]);
  const items = rerun.items ?? drawItems(total, rerun.count ?? 8);
  const { model } = delivered;
  for await (const item of rerunItems({ model, inputs, outputs, items, run: rerun.run ?? defaultRunner(delivered) })) {
    options.signal?.throwIfAborted();
    found.push(item);
  }
  return { ...delivered, view, rerun: found };
}

function defaultRunner({ model }: Delivered): ItemRunner {
  if (model.exact !== undefined) return lawRunner(model.exact.model);
  throw new GliaError("RUNNER_MISSING", "This model is not exact, so nothing here can run it again.", {
    kind: "usage",
    hint: "Give a runner, e.g. a sandbox with ONNX Runtime.",
  });
}
