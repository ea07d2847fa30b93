import {
  batchFacts,
  type CommittedModel,
  type ExactReader,
  GliaError,
  type JobSpec,
  openBatchFile,
  openModel,
  type RandomAccess,
} from "@glia/sdk";
import { type ExactModel, wordsOfShape } from "@glia/sdk/exact";

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
  /** Finds the integer function in a file that passed the gate. */
  readonly readExact: ExactReader;
}

/** What was found right: the file, and how the job commits to it. */
export interface CheckedModel {
  readonly bytes: Uint8Array;
  readonly model: CommittedModel;
}

/**
 * Checks a job's bytes against its spec: sizes, the static gate, the model's id, opaque or exact, the batch file's form and its root.
 * @returns the model, ready to be loaded.
 * @throws {@link Impossible} with the reason for which the job would be rejected.
 */
export async function checkContent(check: ContentCheck): Promise<CheckedModel> {
  const { spec, input, limits, declared } = check;
  checkSize("model", check.model.size, limits.maxModelBytes, declared.modelBytes);
  checkSize("batch", input.size, limits.maxInputBytes, declared.inputBytes);
  const bytes = await check.model.read(0, check.model.size);
  // The gate comes first: nothing else looks into a file that it refuses.
  attempt("MODEL_REFUSED", () => check.inspect(bytes));
  const model = await openModel(bytes, spec.modelId, check.readExact).catch((error: unknown) => {
    const mismatch = error instanceof GliaError && error.code === "MODEL_MISMATCH";
    throw impossible(mismatch ? "MODEL_ID_MISMATCH" : "MODEL_REFUSED", error);
  });
  // Whoever took such a job with any other id could never answer a challenge of it.
  if (spec.determinism === 1 && model.exact === undefined) {
    throw new Impossible(
      "MODEL_NOT_EXACT",
      `The spec asks for the exact profile (determinism 1), but its modelId ${spec.modelId} names the file as it is`,
    );
  }
  if (spec.determinism === 1 && model.exact !== undefined) checkPostable(spec, model.exact.model);
  await checkBatch(spec, input, model);
  return { bytes, model };
}

/** Bytes of an item's outputs that the chain lets a buyer ask for as calldata: those of `maxItemOutputBytes`, twice for their layout. */
const MAX_POSTED = 96 * 1024;
const WORD = 32;

/** Many small outputs take a word each: what the buyer may ask for on chain must fit into one transaction, or the job could only be lost. */
function checkPostable(spec: JobSpec, { outputs }: ExactModel): void {
  const bytes = outputs.reduce((sum, { shape }) => sum + WORD * wordsOfShape(shape), 0);
  if (bytes <= MAX_POSTED || 2 * spec.maxItemOutputBytes > MAX_POSTED) return;
  throw new Impossible(
    "TERMS_REFUSED",
    `An item's outputs take ${bytes} bytes on chain; at most ${MAX_POSTED} could be posted where the buyer asks for them`,
  );
}

async function checkBatch(spec: JobSpec, input: RandomAccess, model: CommittedModel): Promise<void> {
  const malformed = (error: unknown): never => {
    throw impossible("INPUT_MALFORMED", error);
  };
  const { inputs } = attempt("MODEL_REFUSED", () => model.signature());
  const { header } = await openBatchFile(input).catch(malformed);
  if (header.items !== spec.items) {
    throw new Impossible("INPUT_MALFORMED", `The batch file has ${header.items} items; the spec says ${spec.items}`);
  }
  const mismatch = matchInputs(inputs, header.tensors);
  if (mismatch !== undefined) throw new Impossible("INPUT_MALFORMED", mismatch);
  const { root } = await batchFacts(input, model, "inputs").catch(malformed);
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
