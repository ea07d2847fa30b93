import { GliaError } from "../errors.ts";
import { cidToDigest, digestToCid } from "../storage/cid.ts";
import type { ContentStore } from "../storage/content-store.ts";
import type { JobContent } from "./build-spec.ts";
import type { ContentSizes } from "./request-quotes.ts";
import { batchFacts, modelIdOf } from "./verify-content.ts";

/** A file's bytes: whole, or streamed. */
export type Bytes = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Puts model and batch file into the store, pinned, and computes what a spec says about them.
 * @param maxItemOutputBytes Upper bound of one item's output, in bytes; from the model's output shapes where they are fixed.
 */
export async function prepareContent(
  store: ContentStore,
  files: { readonly model: Bytes; readonly inputs: Bytes; readonly maxItemOutputBytes: number },
  signal?: AbortSignal,
): Promise<JobContent> {
  const { maxItemOutputBytes } = files;
  if (!Number.isInteger(maxItemOutputBytes) || maxItemOutputBytes < 1) {
    throw new GliaError(
      "OUTPUT_SIZE_INVALID",
      `The largest output of one item is given as ${maxItemOutputBytes} bytes; it must be a whole number of at least 1.`,
      { kind: "input", hint: "Take it from the model's output shapes, with a margin where they are not fixed." },
    );
  }
  const options = { pin: true, ...(signal === undefined ? {} : { signal }) };
  const modelCid = await store.put(files.model, options);
  const inputCid = await store.put(files.inputs, options);
  const inputs = await batchFacts(await store.open(inputCid));
  return {
    modelId: await modelIdOf(await store.open(modelCid)),
    modelDigest: cidToDigest(modelCid),
    batchRoot: inputs.root,
    inputDigest: cidToDigest(inputCid),
    items: inputs.items,
    maxItemOutputBytes,
  };
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
