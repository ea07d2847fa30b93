import { digestToCid, type JobView, type RandomAccess } from "@glia/sdk";

import type { Context } from "../context/context.ts";
import { createProgressBar } from "../terminal/progress.ts";
import { rerun, type RerunFiles, type RerunReport } from "./rerun.ts";

/** As {@link rerun}, with a bar on the terminal. */
export async function rerunWithBar(
  { output }: Pick<Context, "output">,
  files: RerunFiles,
  items: readonly number[],
  signal: AbortSignal,
): Promise<RerunReport> {
  const bar = createProgressBar(!output.json && process.stderr.isTTY);
  const onItem = (done: number): void => {
    bar.update("rerun", done, items.length, "items");
  };
  return rerun(files, items, { signal, onItem }).finally(() => {
    bar.stop();
  });
}

/** The files of a job whose model and inputs are in this machine's store. */
export async function jobFiles(
  { content }: Pick<Context, "content">,
  { spec }: Pick<JobView, "spec">,
  outputs: RandomAccess,
): Promise<RerunFiles> {
  const [model, inputs] = await Promise.all([
    content.open(digestToCid(spec.modelDigest)),
    content.open(digestToCid(spec.inputDigest)),
  ]);
  return { modelId: spec.modelId, model, inputs, outputs };
}
