import {
  batchFacts,
  decodeModel,
  GliaError,
  type JobSpec,
  type ModelSignature,
  opaqueModelId,
  openBatchFile,
  type RandomAccess,
  readSignature,
} from "@glia/sdk";

import { matchInputs } from "../domain/match-inputs.ts";
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
}

/**
 * Checks a job's bytes against its spec: sizes, the model's id, the static gate, the batch file's form and its root.
 * @returns the model's bytes, ready to be loaded.
 * @throws {@link Impossible} with the reason for which the job would be rejected.
 */
export async function checkContent(check: ContentCheck): Promise<Uint8Array> {
  const { spec, model, input, limits, declared } = check;
  checkSize("model", model.size, limits.maxModelBytes, declared.modelBytes);
  checkSize("batch", input.size, limits.maxInputBytes, declared.inputBytes);
  const bytes = await model.read(0, model.size);
  const modelId = opaqueModelId(bytes);
  if (modelId !== spec.modelId) {
    throw new Impossible("MODEL_ID_MISMATCH", `The model file has the id ${modelId}; the spec says ${spec.modelId}`);
  }
  const signature = attempt("MODEL_REFUSED", () => {
    check.inspect(bytes);
    return readSignature(decodeModel(bytes));
  });
  await checkBatch(spec, input, signature);
  return bytes;
}

async function checkBatch(spec: JobSpec, input: RandomAccess, signature: ModelSignature): Promise<void> {
  const malformed = (error: unknown): never => {
    throw impossible("INPUT_MALFORMED", error);
  };
  const { header } = await openBatchFile(input).catch(malformed);
  if (header.items !== spec.items) {
    throw new Impossible("INPUT_MALFORMED", `The batch file has ${header.items} items; the spec says ${spec.items}`);
  }
  const mismatch = matchInputs(signature.inputs, header.tensors);
  if (mismatch !== undefined) throw new Impossible("INPUT_MALFORMED", mismatch);
  const { root } = await batchFacts(input).catch(malformed);
  if (root !== spec.batchRoot) {
    throw new Impossible("BATCH_ROOT_MISMATCH", `The batch file has the root ${root}; the spec says ${spec.batchRoot}`);
  }
}

function checkSize(what: string, size: number, limit: number, declared: number | undefined): void {
  if (size > limit)
    throw new Impossible("CONTENT_TOO_LARGE", `The ${what} file has ${size} bytes; this provider takes ${limit}`);
  if (declared !== undefined && size > declared) {
    throw new Impossible(
      "CONTENT_TOO_LARGE",
      `The ${what} file has ${size} bytes; the quote was asked for ${declared}`,
    );
  }
}

function attempt<T>(reason: RejectReason, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw impossible(reason, error);
  }
}

/** A named refusal keeps its own sentence; anything else is our own fault and is passed on. */
export function impossible(reason: RejectReason, error: unknown): unknown {
  if (!(error instanceof GliaError) || error.kind === "internal" || error.retryable) return error;
  return new Impossible(reason, error.message, error);
}
