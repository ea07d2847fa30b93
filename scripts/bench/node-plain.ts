import { createRequire } from "node:module";
import type * as Runtime from "onnxruntime-node";
import { batchItemSize, GliaError } from "@glia/sdk";
import { type BenchBatch, digest } from "./node-batch.ts";

/** The loop that anybody would write first: one session, one tensor per item, nothing around it. */
export async function plainLoop(
  model: Uint8Array,
  batch: BenchBatch,
  threads: number,
): Promise<{ run(): Promise<{ ms: number; outputs: string }> }> {
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
  const provider = createRequire(import.meta.resolve("@glia/provider/package.json"));
  const runtime = provider("onnxruntime-node") as typeof Runtime;
  const session = await runtime.InferenceSession.create(model, {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
  });
  const [input, ...more] = batch.tensors;
  if (input === undefined || more.length > 0) {
    throw new GliaError("USAGE", "the bench takes models with one input", { kind: "usage" });
  }
  const itemBytes = batchItemSize(batch.tensors);
  // Typed arrays must be aligned, so the loop gets its items in a buffer of their own; the engine has to copy them anyway.
  const aligned = batch.file.slice(batch.start).buffer;
  const run = async (): Promise<{ ms: number; outputs: string }> => {
    const started = performance.now();
    const results: Uint8Array[] = [];
    for (let item = 0; item < batch.items; item++) {
      const data =
        input.dtype === "float32"
          ? new runtime.Tensor("float32", new Float32Array(aligned, item * itemBytes, itemBytes / 4), input.shape)
          : new runtime.Tensor("uint8", new Uint8Array(aligned, item * itemBytes, itemBytes), input.shape);
      const outputs = await session.run({ [input.name]: data });
      for (const name of session.outputNames) {
        const output = outputs[name]?.data;
        if (ArrayBuffer.isView(output))
          results.push(new Uint8Array(output.buffer, output.byteOffset, output.byteLength));
      }
    }
    return { ms: performance.now() - started, outputs: digest(results) };
  };
  return { run };
}
