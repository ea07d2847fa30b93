import { decodeModel, type DType, GliaError, readSignature } from "@glia/sdk";
import { badModelsInMemory } from "../engine/bad-models.ts";
import { LoadedModel } from "../engine/loaded-model.ts";
import type { OutputChunk, RunRequest } from "../engine/run-on-worker.ts";
import { workerProgram } from "../engine/worker-program.ts";
import { DEFAULT_LIMITS, type InferenceLimits } from "../limits.ts";
import type { SandboxFacts } from "../sandbox/facts.ts";

/** A model that passed no gate: for attacks on the layers behind it. Optimisation is off, as constants would be folded. */
export function ungated(bytes: Uint8Array, sandbox: SandboxFacts, limits: Partial<InferenceLimits> = {}): LoadedModel {
  const settings = { program: workerProgram(false), limits: { ...DEFAULT_LIMITS, ...limits }, sandbox };
  const request = {
    executionProviders: ["cpu"],
    threads: 1,
    optimisation: "disabled",
    strictProvider: false,
    exact: false,
  } as const;
  const model = decodeModel(bytes);
  const inputs = model.graph?.input.length === 0 ? [] : readSignature(model).inputs;
  return new LoadedModel({ sha256: "0".repeat(64), bytes, inputs }, settings, request, badModelsInMemory());
}

/** A batch of the given items, each one tensor. */
export function batchOf(
  name: string,
  dtype: DType,
  shape: readonly number[],
  items: readonly Uint8Array[],
): RunRequest {
  return { items: items.length, inputs: [{ name, dtype, shape }], bytes: items };
}

export async function collect(run: AsyncIterable<OutputChunk>): Promise<OutputChunk[]> {
  const chunks: OutputChunk[] = [];
  for await (const chunk of run) chunks.push(chunk);
  return chunks;
}

/** For `assert.rejects`: an error of this code. */
export function failsWith(code: string, details: Readonly<Record<string, unknown>> = {}): (error: unknown) => boolean {
  return (error) =>
    error instanceof GliaError &&
    error.code === code &&
    Object.entries(details).every(([key, value]) => error.details[key] === value);
}
