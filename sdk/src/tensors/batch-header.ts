import { GliaError } from "../errors.ts";
import { isDType } from "./dtype.ts";
import { MAX_RANK, tensorSize } from "./tensor.ts";
import type { TensorSpec } from "./tensor.ts";

/** What a batch file starts with: how many items, and what each of them consists of, in declared order. */
export interface BatchHeader {
  readonly items: number;
  readonly tensors: readonly TensorSpec[];
}

/** First bytes of a batch file: `GLIAB1` and a line feed. */
export const BATCH_MAGIC = new TextEncoder().encode("GLIAB1\n");
/** Magic and the uint32 length of the JSON. */
export const BATCH_PREAMBLE = BATCH_MAGIC.length + 4;
/** Most bytes that the JSON of a header may have. */
export const MAX_BATCH_HEADER = 1024 * 1024;
/** Most items in a batch, as in a job spec. */
export const MAX_BATCH_ITEMS = 2 ** 32 - 1;

/**
 * Bytes of one item.
 * @throws GliaError `TENSOR_SHAPE_INVALID`.
 */
export function batchItemSize(tensors: readonly TensorSpec[]): number {
  return tensors.reduce((sum, { dtype, shape }) => sum + tensorSize(dtype, shape), 0);
}

/**
 * Writes magic, length and canonical JSON: no white space, members in the order of {@link BatchHeader} and {@link TensorSpec}.
 * @throws GliaError `BATCH_HEADER_INVALID`.
 */
export function encodeBatchHeader(header: BatchHeader): Uint8Array {
  checkHeader(header);
  const json = new TextEncoder().encode(canonicalJson(header));
  if (json.length > MAX_BATCH_HEADER)
    throw invalid(`has ${json.length} bytes; at most ${MAX_BATCH_HEADER} are allowed`);
  const bytes = new Uint8Array(BATCH_PREAMBLE + json.length);
  bytes.set(BATCH_MAGIC);
  new DataView(bytes.buffer).setUint32(BATCH_MAGIC.length, json.length, true);
  bytes.set(json, BATCH_PREAMBLE);
  return bytes;
}

/**
 * Length of the header's JSON from the first {@link BATCH_PREAMBLE} bytes of a file.
 * @throws GliaError `BATCH_HEADER_INVALID`.
 */
export function readBatchPreamble(bytes: Uint8Array): number {
  if (bytes.length < BATCH_PREAMBLE) throw invalid("is cut off");
  if (BATCH_MAGIC.some((byte, i) => bytes[i] !== byte))
    throw invalid("does not start with GLIAB1: this is no batch file");
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(BATCH_MAGIC.length, true);
  if (length > MAX_BATCH_HEADER) throw invalid(`claims ${length} bytes; at most ${MAX_BATCH_HEADER} are allowed`);
  return length;
}

/**
 * Parses the header's JSON and refuses every spelling but the canonical one, so that equal batches have equal digests.
 * @throws GliaError `BATCH_HEADER_INVALID`.
 */
export function parseBatchHeader(json: Uint8Array): BatchHeader {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("is no JSON", cause);
  }
  const { items, tensors } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof items !== "number" || !Array.isArray(tensors)) throw invalid('must be {"items":…,"tensors":[…]}');
  const header = { items, tensors: tensors.map(parseSpec) };
  checkHeader(header);
  if (canonicalJson(header) !== text) throw invalid("is not in its canonical form");
  return header;
}

function parseSpec(value: unknown): TensorSpec {
  const { name, dtype, shape } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof name !== "string") throw invalid("has a tensor without a name");
  if (!isDType(dtype)) throw invalid(`gives tensor ${JSON.stringify(name.slice(0, 80))} an unknown type`);
  if (!Array.isArray(shape) || shape.length > MAX_RANK || !shape.every((size) => typeof size === "number")) {
    throw invalid(`gives tensor ${JSON.stringify(name.slice(0, 80))} no valid shape`);
  }
  return { name, dtype, shape };
}

function checkHeader({ items, tensors }: BatchHeader): void {
  if (!Number.isSafeInteger(items) || items < 1 || items > MAX_BATCH_ITEMS)
    throw invalid(`says ${items} items; 1 to ${MAX_BATCH_ITEMS} are possible`);
  if (new Set(tensors.map(({ name }) => name)).size !== tensors.length) throw invalid("names a tensor twice");
  const itemSize = batchItemSize(tensors);
  // Without this, a file of a few bytes could claim four thousand million empty items.
  if (itemSize === 0) throw invalid("describes items without any data");
  if (!Number.isSafeInteger(itemSize * items + MAX_BATCH_HEADER))
    throw invalid("describes more bytes than can be counted");
}

function canonicalJson({ items, tensors }: BatchHeader): string {
  return JSON.stringify({ items, tensors: tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })) });
}

function invalid(reason: string, cause?: unknown): GliaError {
  return new GliaError("BATCH_HEADER_INVALID", `The batch file's header ${reason}.`, {
    kind: "input",
    ...(cause === undefined ? {} : { cause }),
  });
}
