import {
  batchFileSize,
  batchItemSize,
  GliaError,
  isDType,
  openBatchFile,
  type RandomAccess,
  type TensorSpec,
  writeBatchFile,
} from "@glia/sdk";
import { workerProtocol } from "../process/worker-errors.ts";
import type { TensorLayout } from "../worker/frames.ts";
import type { ReadyModel } from "./inference.ts";
import type { RunOptions } from "./loaded-model.ts";

/** Options of a run from batch file to batch file. */
export interface RunBatchFileOptions extends RunOptions {
  /** Refuse a batch with another number of items, e.g. that of the job spec, before anything runs. */
  readonly items?: number;
}

const READ_BYTES = 1024 * 1024;

/**
 * Runs a whole batch file and yields the output batch file, header first. Items are never decoded in between: the same
 * bytes that the file holds go to the worker, and what comes back is what the output file holds.
 * Throws what {@link ReadyModel.run} and the SDK's `openBatchFile` throw.
 */
export async function* runBatchFile(
  model: Pick<ReadyModel, "run">,
  source: RandomAccess,
  options: RunBatchFileOptions = {},
): AsyncGenerator<Uint8Array> {
  const { header } = await openBatchFile(source);
  if (options.items !== undefined && options.items !== header.items) throw wrongCount(options.items, header.items);
  const start = batchFileSize(header) - batchItemSize(header.tensors) * header.items;
  const request = { items: header.items, inputs: header.tensors, bytes: slices(source, start) };
  let first = true;
  for await (const { layout, bytes } of model.run(request, options)) {
    if (first) yield await headerBytes(header.items, layout);
    first = false;
    yield bytes;
  }
}

async function* slices(source: RandomAccess, start: number): AsyncGenerator<Uint8Array> {
  for (let offset = start; offset < source.size; offset += READ_BYTES) {
    yield await source.read(offset, Math.min(READ_BYTES, source.size - offset));
  }
}

/** The SDK checks that the worker's word on its outputs makes a valid header. */
async function headerBytes(items: number, layout: readonly TensorLayout[]): Promise<Uint8Array> {
  const tensors = layout.map(({ name, dtype, shape }): TensorSpec => {
    if (isDType(dtype)) return { name, dtype, shape };
    throw workerProtocol(`an output of type ${dtype}`);
  });
  // The first part of a batch file is its header, and it comes before any item is asked for.
  const first: IteratorResult<Uint8Array, unknown> = await writeBatchFile({ items, tensors }, []).next();
  if (first.done === true) throw workerProtocol("outputs without a header");
  return first.value;
}

function wrongCount(expected: number, found: number): GliaError {
  return new GliaError("BATCH_ITEM_COUNT", `the batch file has ${found} items; the job says ${expected}`, {
    kind: "verification",
    hint: "The file is not the one that was ordered.",
    details: { expected, found },
  });
}
