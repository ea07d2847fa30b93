import { GliaError } from "../errors.ts";
import type { CID } from "multiformats/cid";
import { cidToDigest, digestToCid } from "../storage/cid.ts";
import type { ContentStore, PutOptions } from "../storage/content-store.ts";
import { bytesAccess } from "../tensors/index.ts";
import type { JobContent } from "./build-spec.ts";
import { commitToModel } from "./committed-model.ts";
import type { CommittedModel } from "./committed-model.ts";
import { exactInputs, exactOutputBytes } from "./exact-batch.ts";
import type { ContentSizes } from "./request-quotes.ts";
import { batchFacts } from "./verify-content.ts";

/** A file's bytes: whole, or streamed. */
export type Bytes = Uint8Array | AsyncIterable<Uint8Array>;

/** What a job is made of. */
export interface ContentFiles {
  /** The ONNX file. */
  readonly model: Bytes;
  /** The batch file (`writeBatchFile`): of the model's declared inputs, or, for an exact model, of its u8 ports. */
  readonly inputs: Bytes;
  /** Upper bound of one item's output, in bytes; from the model's output shapes where they are fixed. An exact model has its own. */
  readonly maxItemOutputBytes: number;
  /** Take the file as it is, even if it is an exact model. */
  readonly opaque?: boolean;
}

/**
 * Puts model and batch file into the store, pinned, and computes what a spec says about them. A model that canonicalises is exact
 * unless `opaque` is set: then its id names the integer function, and the stored batch holds the u8 tensors that it takes.
 * @throws GliaError `OUTPUT_SIZE_INVALID`, `INPUTS_MISMATCH`, and those of a malformed batch file.
 */
export async function prepareContent(
  store: ContentStore,
  files: ContentFiles,
  signal?: AbortSignal,
): Promise<JobContent> {
  const { maxItemOutputBytes, opaque = false } = files;
  if (!Number.isInteger(maxItemOutputBytes) || maxItemOutputBytes < 1) {
    throw new GliaError(
      "OUTPUT_SIZE_INVALID",
      `The largest output of one item is given as ${maxItemOutputBytes} bytes; it must be a whole number of at least 1.`,
      { kind: "input", hint: "Take it from the model's output shapes, with a margin where they are not fixed." },
    );
  }
  const options = { pin: true, ...(signal === undefined ? {} : { signal }) };
  const modelCid = await store.put(files.model, options);
  const file = await store.open(modelCid);
  const model = await commitToModel(await file.read(0, file.size), { opaque });
  const inputCid = await putInputs(store, files.inputs, model, options);
  const inputs = await batchFacts(await store.open(inputCid), model, "inputs");
  return {
    modelId: model.modelId,
    modelDigest: cidToDigest(modelCid),
    batchRoot: inputs.root,
    inputDigest: cidToDigest(inputCid),
    items: inputs.items,
    maxItemOutputBytes: exactOutputBytes(model) ?? maxItemOutputBytes,
    exact: model.exact !== undefined,
  };
}

/** Stores the job's batch file: the buyer's own, or what an exact model's head makes of it. */
async function putInputs(store: ContentStore, inputs: Bytes, model: CommittedModel, options: PutOptions): Promise<CID> {
  if (model.exact === undefined) return store.put(inputs, options);
  if (inputs instanceof Uint8Array)
    return store.put((await exactInputs(model, bytesAccess(inputs))) ?? inputs, options);
  // A stream is read twice, so it is stored first; if it is not the job's own batch, nothing pins it.
  const own = await store.put(inputs, { ...options, pin: false });
  const release = store.hold(own);
  try {
    const made = await exactInputs(model, await store.open(own));
    if (made !== undefined) return await store.put(made, options);
    await store.pin(own);
    return own;
  } finally {
    release();
  }
}

/**
 * How large a job's stored files are, for `requestQuotes`.
 * @throws GliaError `CONTENT_MISSING` where the store does not hold them.
 */
export async function contentSizes(
  store: Pick<ContentStore, "size">,
  { modelDigest, inputDigest }: Pick<JobContent, "modelDigest" | "inputDigest">,
): Promise<ContentSizes> {
  const [modelBytes, inputBytes] = await Promise.all([
    store.size(digestToCid(modelDigest)),
    store.size(digestToCid(inputDigest)),
  ]);
  return { modelBytes, inputBytes };
}
