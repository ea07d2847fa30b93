/** The thread that looks into strangers' models for {@link createExactReader}: one file in, one answer out, in turns. */
import { parentPort } from "node:worker_threads";
import { GliaError } from "@glia/sdk";
import { canonicalise, exactModelId } from "@glia/sdk/exact";
import type { Answer } from "./exact-reader.ts";

async function answer(file: Uint8Array): Promise<Answer> {
  try {
    const exact = canonicalise(file);
    return { ok: true, exact, modelId: await exactModelId(exact.model) };
  } catch (error) {
    if (error instanceof GliaError) return { ok: false, ...error.toJSON() };
    throw error;
  }
}

parentPort?.on("message", (file: Uint8Array) => {
  // What is thrown here ends the thread, and whoever waits for it hears of that.
  void answer(file).then((found) => parentPort?.postMessage(found));
});
