import { sha256 } from "viem";
import type { Hex } from "viem";
import { batchTree, itemRoot, opaqueModelIdFromSha256 } from "../commitments/index.ts";
import { GliaError } from "../errors.ts";
import { cidToDigest } from "../storage/cid.ts";
import { importUnixfs } from "../storage/unixfs.ts";
import { batchItemSize, openBatchFile } from "../tensors/index.ts";
import type { RandomAccess } from "../tensors/index.ts";

const CHUNK = 1024 * 1024;

/** The digest of the file's root on IPFS, computed from its bytes; nothing is stored. */
export async function contentDigest(source: RandomAccess): Promise<Hex> {
  return cidToDigest(await importUnixfs(chunks(source), { put: () => Promise.resolve() }));
}

/** The id of an opaque model (outside the exact profile), computed from the file's bytes. */
export async function modelIdOf(source: RandomAccess): Promise<Hex> {
  return opaqueModelIdFromSha256(sha256(await source.read(0, source.size)));
}

/** What a batch file commits to, computed from its bytes. */
export interface BatchFacts {
  /** `batchRoot` of inputs, `resultRoot` of outputs. */
  readonly root: Hex;
  readonly items: number;
  /** Bytes of one item. */
  readonly itemBytes: number;
}

/** Hashes every item of a batch file. */
export async function batchFacts(source: RandomAccess): Promise<BatchFacts> {
  const file = await openBatchFile(source);
  const roots: Hex[] = [];
  for await (const item of file.items()) roots.push(itemRoot(item));
  return { root: batchTree(roots).root, items: file.header.items, itemBytes: batchItemSize(file.header.tensors) };
}

/**
 * Refuses a file whose hashes are not the committed ones.
 * @throws GliaError `MODEL_MISMATCH`.
 */
export async function verifyModel(
  source: RandomAccess,
  { modelId, modelDigest }: { readonly modelId: Hex; readonly modelDigest: Hex },
): Promise<void> {
  assertSame("MODEL_MISMATCH", "model's id", modelId, await modelIdOf(source));
  assertSame("MODEL_MISMATCH", "model's content digest", modelDigest, await contentDigest(source));
}

/**
 * Refuses a batch file that is not the committed one.
 * @throws GliaError `INPUT_MISMATCH` or `RESULT_MISMATCH`, and those of a malformed batch file.
 */
export async function verifyBatch(
  source: RandomAccess,
  code: "INPUT_MISMATCH" | "RESULT_MISMATCH",
  expected: { readonly root: Hex; readonly digest: Hex; readonly items: number; readonly maxItemBytes?: number },
): Promise<void> {
  const what = code === "INPUT_MISMATCH" ? "inputs" : "outputs";
  const facts = await batchFacts(source);
  assertSame(code, `number of ${what}`, String(expected.items), String(facts.items));
  assertSame(code, `root of the ${what}`, expected.root, facts.root);
  assertSame(code, `content digest of the ${what}`, expected.digest, await contentDigest(source));
  if (expected.maxItemBytes !== undefined && facts.itemBytes > expected.maxItemBytes) {
    throw new GliaError(
      code,
      `One item of the ${what} has ${facts.itemBytes} bytes; the job allows ${expected.maxItemBytes}.`,
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

async function* chunks(source: RandomAccess): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < source.size; offset += CHUNK) {
    yield await source.read(offset, Math.min(CHUNK, source.size - offset));
  }
}
