import { type BatchFile, batchTree, GliaError, itemRoot, type JobSpec, openBatchFile, opaqueModelId, type RandomAccess } from "@glia/sdk";
import type { Hex } from "viem";

import { Impossible, type RejectReason } from "../domain/reject-reason.ts";

/** Largest files that the node takes, in bytes. */
export interface ContentLimits {
  readonly maxModelBytes: number;
  readonly maxInputBytes: number;
}

/** Sizes that a quote's price was made for; undefined where the buyer declared none. */
export interface DeclaredSizes {
  readonly modelBytes: number | undefined;
  readonly inputBytes: number | undefined;
}

export interface ContentCheck {
  readonly spec: JobSpec;
  readonly model: RandomAccess;
  readonly input: RandomAccess;
  readonly limits: ContentLimits;
  readonly declared: DeclaredSizes;
  /** The static gate; throws for a model that must not run. */
  readonly inspect: (model: Uint8Array) => unknown;
  readonly signal: AbortSignal;
}

/**
 * Checks a job's bytes against its spec: sizes, the model's id, the static gate, the batch file's form and its root.
 * @returns the model's bytes, ready to be loaded.
 * @throws {@link Impossible} with the reason for which the job would be rejected.
 */
export async function checkContent(check: ContentCheck): Promise<Uint8Array> {
  const { spec, model, input, limits, declared, signal } = check;
  checkSize("model", model.size, limits.maxModelBytes, declared.modelBytes);
  checkSize("batch", input.size, limits.maxInputBytes, declared.inputBytes);
  const bytes = await model.read(0, model.size);
  const modelId = opaqueModelId(bytes);
  if (modelId !== spec.modelId) {
    throw new Impossible("MODEL_ID_MISMATCH", `The model file has the id ${modelId}; the spec says ${spec.modelId}`);
  }
  attempt("MODEL_REFUSED", () => check.inspect(bytes));
  const batch = await openBatchFile(input).catch((error: unknown) => {
    throw impossible("INPUT_MALFORMED", error);
  });
  if (batch.header.items !== spec.items) {
    throw new Impossible("INPUT_MALFORMED", `The batch file has ${batch.header.items} items; the spec says ${spec.items}`);
  }
  const root = await rootOfBatch(batch, signal);
  if (root !== spec.batchRoot) {
    throw new Impossible("BATCH_ROOT_MISMATCH", `The batch file has the root ${root}; the spec says ${spec.batchRoot}`);
  }
  return bytes;
}

/** The Merkle root over a batch file's items. */
export async function rootOfBatch(batch: BatchFile, signal: AbortSignal): Promise<Hex> {
  const roots: Hex[] = [];
  for await (const item of batch.items()) {
    signal.throwIfAborted();
    roots.push(itemRoot(item));
  }
  return batchTree(roots).root;
}

function checkSize(what: string, size: number, limit: number, declared: number | undefined): void {
  if (size > limit) throw new Impossible("CONTENT_TOO_LARGE", `The ${what} file has ${size} bytes; this provider takes ${limit}`);
  if (declared !== undefined && size > declared) {
    throw new Impossible("CONTENT_TOO_LARGE", `The ${what} file has ${size} bytes; the quote was asked for ${declared}`);
  }
}

function attempt(reason: RejectReason, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    throw impossible(reason, error);
  }
}

/** A named refusal keeps its own sentence; anything else is our own fault and is passed on. */
export function impossible(reason: RejectReason, error: unknown): unknown {
  if (!(error instanceof GliaError) || error.kind === "internal" || error.retryable) return error;
  return new Impossible(reason, error.message, error);
}
