import { GliaError } from "../errors.ts";
import {
  BATCH_PREAMBLE,
  batchItemSize,
  encodeBatchHeader,
  parseBatchHeader,
  readBatchPreamble,
} from "./batch-header.ts";
import type { BatchHeader } from "./batch-header.ts";
import { createTensor, formatShape, sameShape, tensorSize } from "./tensor.ts";
import type { Item, TensorSpec } from "./tensor.ts";

/** Bytes that can be read at any place: an array in memory, a file, a stored DAG. */
export interface RandomAccess {
  readonly size: number;
  /** Exactly `length` bytes from `offset`; fewer is an error of the source. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A batch file that has been opened: header checked, length checked, items readable in any order. */
export interface BatchFile {
  readonly header: BatchHeader;
  /** @throws GliaError `BATCH_ITEM_UNKNOWN` if there is no such item. */
  item(index: number): Promise<Item>;
  /** All items in order. */
  items(): AsyncGenerator<Item>;
}

/** The whole length of a batch file with this header, in bytes. */
export function batchFileSize(header: BatchHeader): number {
  return encodeBatchHeader(header).length + batchItemSize(header.tensors) * header.items;
}

/** The header of a batch of which `item` is one. */
export function batchHeaderOf(item: Item, items: number): BatchHeader {
  return { items, tensors: Array.from(item, ([name, { dtype, shape }]) => ({ name, dtype, shape })) };
}

/**
 * Streams a batch file; no more than one item is held at a time.
 * @throws GliaError `BATCH_ITEM_MISMATCH` if an item is not as the header says, or there are more or fewer of them; `BATCH_HEADER_INVALID`.
 */
export async function* writeBatchFile(
  header: BatchHeader,
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<Uint8Array> {
  yield encodeBatchHeader(header);
  let written = 0;
  for await (const item of items) {
    if (written === header.items) throw mismatch(`there are more than the ${header.items} items that the header says`);
    for (const bytes of itemBytes(item, header.tensors, written)) yield bytes;
    written++;
  }
  if (written !== header.items) throw mismatch(`there are ${written} items, but the header says ${header.items}`);
}

/**
 * Opens a batch file. Nothing but the header is read.
 * @throws GliaError `BATCH_HEADER_INVALID`, `BATCH_SIZE_MISMATCH` if the file is not exactly as long as its header says.
 */
export async function openBatchFile(source: RandomAccess): Promise<BatchFile> {
  const jsonLength = readBatchPreamble(await source.read(0, Math.min(BATCH_PREAMBLE, source.size)));
  const start = BATCH_PREAMBLE + jsonLength;
  if (source.size < start) throw sizeMismatch(start, source.size);
  const header = parseBatchHeader(await source.read(BATCH_PREAMBLE, jsonLength));
  const itemSize = batchItemSize(header.tensors);
  const expected = start + itemSize * header.items;
  if (source.size !== expected) throw sizeMismatch(expected, source.size);
  const item = async (index: number): Promise<Item> => {
    if (!Number.isInteger(index) || index < 0 || index >= header.items) {
      throw new GliaError(
        "BATCH_ITEM_UNKNOWN",
        `There is no item ${index}; the batch has items 0 to ${header.items - 1}.`,
        { kind: "input" },
      );
    }
    return decodeItem(await source.read(start + index * itemSize, itemSize), header.tensors);
  };
  async function* items(): AsyncGenerator<Item> {
    for (let index = 0; index < header.items; index++) yield await item(index);
  }
  return { header, item, items };
}

/** A batch file, or anything else, that is in memory as a whole. */
export function bytesAccess(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)) };
}

function* itemBytes(item: Item, specs: readonly TensorSpec[], index: number): Generator<Uint8Array> {
  const names = [...item.keys()];
  if (names.length !== specs.length || specs.some(({ name }, i) => names[i] !== name)) {
    throw mismatch(
      `item ${index} has tensors ${JSON.stringify(names)}, but the header says ${JSON.stringify(specs.map(({ name }) => name))}`,
    );
  }
  for (const { name, dtype, shape } of specs) {
    const tensor = item.get(name);
    if (tensor?.dtype !== dtype || !sameShape(tensor.shape, shape)) {
      const came = tensor === undefined ? "nothing" : `${tensor.dtype} ${formatShape(tensor.shape)}`;
      throw mismatch(
        `tensor ${JSON.stringify(name)} of item ${index} is ${came}, but the header says ${dtype} ${formatShape(shape)}`,
      );
    }
    if (tensor.bytes.length !== tensorSize(dtype, shape))
      throw mismatch(`tensor ${JSON.stringify(name)} of item ${index} has ${tensor.bytes.length} bytes`);
    yield tensor.bytes;
  }
}

function decodeItem(bytes: Uint8Array, specs: readonly TensorSpec[]): Item {
  const item = new Map<string, ReturnType<typeof createTensor>>();
  let offset = 0;
  for (const { name, dtype, shape } of specs) {
    const length = tensorSize(dtype, shape);
    item.set(name, createTensor(dtype, shape, bytes.subarray(offset, offset + length)));
    offset += length;
  }
  return item;
}

function mismatch(reason: string): GliaError {
  return new GliaError("BATCH_ITEM_MISMATCH", `All items of a batch must be alike: ${reason}.`, {
    kind: "input",
    hint: "Items of different shapes go into different jobs.",
  });
}

function sizeMismatch(expected: number, actual: number): GliaError {
  return new GliaError("BATCH_SIZE_MISMATCH", `The batch file has ${actual} bytes, but its header says ${expected}.`, {
    kind: "input",
    details: { expected, actual },
  });
}
