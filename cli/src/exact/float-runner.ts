import type { InferenceEngine } from "@glia/provider/inference";
import type { FloatRunner } from "@glia/sdk/exact";

import { runItems } from "../sandbox/run-items.ts";

/** Runs float models for calibration as a node runs strangers': behind the static gate, in a sandboxed worker. */
export function sandboxedRunner(engine: InferenceEngine, signal: AbortSignal): FloatRunner {
  return async function* run(file, items) {
    yield* runItems(await engine.load(file, { signal }), items, signal);
  };
}
