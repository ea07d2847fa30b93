import type { InferenceSession } from "onnxruntime-node";
import type * as OnnxRuntime from "onnxruntime-node";
import type { LoadRequest } from "./frames.ts";

/**
 * Makes a session from a model's bytes. Never from a path: then there is no folder that external data could be read from
 * but the working directory, which is empty.
 */
export async function createSession(
  runtime: typeof OnnxRuntime,
  model: Uint8Array,
  request: LoadRequest,
): Promise<InferenceSession> {
  return runtime.InferenceSession.create(model, {
    executionProviders: [...request.executionProviders],
    graphOptimizationLevel: request.optimisation,
    logSeverityLevel: 3,
    ...(request.threads > 0 ? { intraOpNumThreads: request.threads } : {}),
    ...(request.strictProvider ? { extra: { session: { disable_cpu_ep_fallback: "1" } } } : {}),
  });
}
