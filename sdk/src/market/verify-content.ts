import type { Hex } from "viem";
import { batchTree, itemRoot } from "../commitments/index.ts";
import { GliaError } from "../errors.ts";
import { cidToDigest } from "../storage/cid.ts";
import { importUnixfs } from "../storage/unixfs.ts";
import { batchItemSize, openBatchFile } from "../tensors/index.ts";
import type { BatchFile, Item, RandomAccess } from "../tensors/index.ts";
import { exactItemRootOf, openModel } from "./committed-model.ts";
import type { CommittedModel, Side } from "./committed-model.ts";

const CHUNK = 1024 * 1024;

/** The digest of the file's root on IPFS, computed from its bytes; nothing is stored. */
export async function contentDigest(source: RandomAccess): Promise<Hex> {
  return cidToDigest(await importUnixfs(chunks(source), { put: () => Promise.resolve() }));
}

/** What a batch file commits to, computed from its bytes. */
export interface BatchFacts {
  /** `batchRoot` of inputs, `resultRoot` of outputs. */
  readonly root: Hex;
  readonly items: number;
  /** Bytes of one item. */
  readonly itemBytes: number;
}

/**
 * Hashes every item of a model's batch file.
 * @throws GliaError as `openBatchFile`, and `ITEM_MISMATCH` for items that an exact model does not have.
 */
export async function batchFacts(
  source: RandomAccess,
  model: Pick<CommittedModel, "itemRoot">,
  side: Side,
): Promise<BatchFacts> {
  const file = await openBatchFile(source);
  const { items, tensors } = file.header;
  const root = await rootOf(file, (item) => model.itemRoot(item, side));
  return { root, items, itemBytes: batchItemSize(tensors) };
}

/**
 * Refuses a file whose hashes are not the committed ones.
 * @returns how the job commits to the items of its batches.
 * @throws GliaError `MODEL_MISMATCH`.
 */
export async function verifyModel(
  source: RandomAccess,
  { modelId, modelDigest }: { readonly modelId: Hex; readonly modelDigest: Hex },
): Promise<CommittedModel> {
  const model = await openModel(await source.read(0, source.size), modelId);
  assertSame("MODEL_MISMATCH", "model's content digest", modelDigest, await contentDigest(source));
  return model;
}

/** What was committed to on chain about a batch. */
export interface CommittedBatch {
  readonly root: Hex;
  readonly digest: Hex;
  readonly items: number;
  readonly maxItemBytes?: number;
}

/**
 * Refuses a batch file that is not the committed one.
 * @param model The job's model; where it is not at hand, roots of either kind are taken, of which no two are ever equal.
 * @throws GliaError `INPUT_MISMATCH` or `RESULT_MISMATCH`, and those of a malformed batch file.
 */
export async function verifyBatch(
  source: RandomAccess,
  side: Side,
  expected: CommittedBatch,
  model?: CommittedModel,
): Promise<void> {
  const code = side === "inputs" ? "INPUT_MISMATCH" : "RESULT_MISMATCH";
  const facts =
    model === undefined ? await factsOfEither(source, expected.root) : await factsOf(source, model, side, code);
  assertSame(code, `number of ${side}`, String(expected.items), String(facts.items));
  assertSame(code, `root of the ${side}`, expected.root, facts.root);
  assertSame(code, `content digest of the ${side}`, expected.digest, await contentDigest(source));
  if (expected.maxItemBytes !== undefined && facts.itemBytes > expected.maxItemBytes) {
    throw new GliaError(
      code,
      `One item of the ${side} has ${facts.itemBytes} bytes; the job allows ${expected.maxItemBytes}.`,
      { kind: "verification", hint: "Do not accept this result." },
    );
  }
}

/** @throws GliaError `code` with both values. */
export function assertSame(code: string, what: string, expected: string, actual: string): void {
  if (expected.toLowerCase() === actual.toLowerCase()) return;
  throw new GliaError(code, `The ${what} is ${actual}; it must be ${expected}.`, {
    kind: "verification",
    hint: "The bytes are not what was committed to on chain; fetch them again, and do not accept or pay for them.",
    details: { what, expected, actual },
  });
}

async function factsOf(source: RandomAccess, model: CommittedModel, side: Side, code: string): Promise<BatchFacts> {
  try {
    return await batchFacts(source, model, side);
  } catch (error) {
    if (!(error instanceof GliaError) || error.code !== "ITEM_MISMATCH") throw error;
    const hint = "The bytes are not what was committed to on chain; do not accept or pay for them.";
    throw new GliaError(code, error.message, { kind: "verification", hint, cause: error });
  }
}

/** As an opaque model's batch; if that root is another, and the tensors allow it, as an exact model's. */
async function factsOfEither(source: RandomAccess, expected: Hex): Promise<BatchFacts> {
  const file = await openBatchFile(source);
  const { items, tensors } = file.header;
  const facts = { items, itemBytes: batchItemSize(tensors) };
  const opaque = await rootOf(file, itemRoot);
  const isOther = opaque.toLowerCase() !== expected.toLowerCase();
  const root =
    isOther && tensors.every(({ dtype }) => dtype === "uint8") ? await rootOf(file, exactItemRootOf) : opaque;
  return { ...facts, root };
}

async function rootOf(file: BatchFile, hash: (item: Item) => Hex | Promise<Hex>): Promise<Hex> {
  const roots: Hex[] = [];
  for await (const item of file.items()) roots.push(await hash(item));
  return batchTree(roots).root;
}

async function* chunks(source: RandomAccess): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < source.size; offset += CHUNK) {
    yield await source.read(offset, Math.min(CHUNK, source.size - offset));
  }
}
