import { createInferenceEngine } from "@glia/provider/inference";
import { openBatchFile, openModel, rerunItems, type ItemRunner, type RandomAccess } from "@glia/sdk";
import type { Hex } from "viem";

import { runItems } from "../sandbox/run-items.ts";
import { compareItems, type TensorDifference } from "./compare-items.ts";

/** What a job's files are, each checked against the chain before. */
export interface RerunFiles {
  readonly modelId: Hex;
  readonly model: RandomAccess;
  readonly inputs: RandomAccess;
  readonly outputs: RandomAccess;
}

/** How one item came out here, compared with what was delivered. */
export interface RerunItem {
  readonly item: number;
  readonly same: boolean;
  readonly delivered: Hex;
  /** `itemOutputRoot` of what this machine computed. */
  readonly computed: Hex;
  readonly differences: readonly TensorDifference[];
}

/** A sample of a result, computed again. */
export interface RerunReport {
  /** Whether the model is exact, so that one differing byte is a proof. */
  readonly exact: boolean;
  readonly items: readonly RerunItem[];
}

/**
 * Runs items of a job again in this machine's sandbox and compares them with what was delivered: byte for byte where the model is exact,
 * else up to the rounding of floats.
 * @param items Indices below the number of items, ascending.
 * @throws GliaError `MODEL_MISMATCH`, `BATCH_ITEM_UNKNOWN`, and those of the inference engine.
 */
export async function rerun(
  files: RerunFiles,
  items: readonly number[],
  { signal, onItem }: { readonly signal: AbortSignal; readonly onItem?: (done: number) => void },
): Promise<RerunReport> {
  const bytes = await files.model.read(0, files.model.size);
  const model = await openModel(bytes, files.modelId);
  const exact = model.exact !== undefined;
  const [inputs, outputs] = await Promise.all([openBatchFile(files.inputs), openBatchFile(files.outputs)]);
  const engine = await createInferenceEngine();
  try {
    const loaded = await engine.load(bytes, { signal, exact: model.exact?.model });
    const report: RerunItem[] = [];
    const run: ItemRunner = (chosen) => runItems(loaded, chosen, signal);
    for await (const { item, delivered, computed, output } of rerunItems({ model, inputs, outputs, items, run })) {
      const differences = compareItems(await outputs.item(item), output, exact);
      report.push({ item, same: differences.length === 0, delivered, computed, differences });
      onItem?.(report.length);
    }
    return { exact, items: report };
  } finally {
    await engine.close();
  }
}
