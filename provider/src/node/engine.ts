import { GliaError } from "@glia/sdk";

import { UNSANDBOXED_SENTENCE } from "../config/words.ts";
import type { NodeConfig } from "../config/settings.ts";
import { createInferenceEngine, type InferenceEngine } from "../inference.ts";
import type { Logger } from "../util/log.ts";

/**
 * Sets up inference for strangers' models and tests it.
 * @throws GliaError `SANDBOX_REQUIRED` on a host that cannot isolate models, unless the operator accepted that in so many words.
 */
export async function startEngine(
  config: NodeConfig,
  log: Logger,
): Promise<{ engine: InferenceEngine; executionProvider: string }> {
  const engine = await createInferenceEngine({
    sandbox: "prefer",
    executionProviders: config.executionProviders,
    threads: config.threads,
    maxWarm: Math.max(2, config.concurrency),
    limits: {
      maxModelBytes: config.maxModelBytes,
      maxOutputBytes: config.maxOutputBytes,
      memoryBytes: config.maxModelMemoryBytes,
    },
  });
  for (const layer of engine.sandbox.layers) {
    log[layer.inForce ? "debug" : "warn"](
      { layer: layer.name, inForce: layer.inForce, detail: layer.detail },
      "sandbox layer",
    );
  }
  if (!engine.sandbox.isolated && config.allowUnsandboxedModels === undefined) {
    const missing = engine.sandbox.layers
      .filter(({ inForce }) => !inForce)
      .map(({ name, detail }) => `${name}: ${detail}`);
    throw new GliaError("SANDBOX_REQUIRED", `This host cannot isolate strangers' models: ${missing.join("; ")}`, {
      kind: "refused",
      hint: `Install bubblewrap, or start with --allow-unsandboxed-models "${UNSANDBOXED_SENTENCE}".`,
      details: { missing },
    });
  }
  const { executionProvider, warnings } = await engine.selfTest();
  for (const warning of warnings)
    log.warn({ ...warning }, "an execution provider failed its self-test and is not used");
  log.info({ executionProvider, isolated: engine.sandbox.isolated }, "inference is ready");
  return { engine, executionProvider };
}
