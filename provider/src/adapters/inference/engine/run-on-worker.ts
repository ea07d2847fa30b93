import type { TensorSpec } from "@glia/sdk";
import { feed } from "./feed.ts";
import { Progress } from "./progress.ts";
import type { Deadline, WorkerProcess } from "../process/worker-process.ts";
import { workerOutputTooLarge, workerProtocol, workerTimeout } from "../process/worker-errors.ts";
import type { InferenceLimits } from "../limits.ts";
import { type BeginRequest, FLUSH_INTERVAL_MS, FRAME, readUint32, type TensorLayout } from "../worker/frames.ts";
import { itemBytes, parseOutline } from "./layout.ts";

/** A batch to run: `bytes` are the items' raw tensors, one item after the other, in chunks of any size. */
export interface RunRequest {
  readonly items: number;
  readonly inputs: readonly TensorSpec[];
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Whole items' raw output tensors, in order. `layout` is the same for all items of a batch. */
export interface OutputChunk {
  readonly layout: readonly TensorLayout[];
  readonly items: number;
  readonly bytes: Uint8Array;
}

type RunLimits = Pick<InferenceLimits, "itemMs" | "maxOutputBytes">;

/** How much of a batch may lie in the input window at once; an item that is larger has the window to itself. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/**
 * Feeds a batch and yields its outputs as they come; feeding and reading overlap. Whatever ends it early (an error, an
 * abort, a caller that stops iterating) kills the worker, since its state is then unknown.
 */
export async function* runOnWorker(
  worker: WorkerProcess,
  request: RunRequest,
  limits: RunLimits,
): AsyncGenerator<OutputChunk> {
  const bytesPerItem = itemBytes(request.inputs);
  const slots = Math.max(1, Math.floor(WINDOW_BYTES / Math.max(1, bytesPerItem)));
  const progress = new Progress(bytesPerItem);
  await worker.sendJson(FRAME.begin, {
    items: request.items,
    itemBytes: bytesPerItem,
    slots,
    inputs: request.inputs,
    maxOutputBytes: limits.maxOutputBytes,
  } satisfies BeginRequest);
  const feeding = feed(worker, request, { itemBytes: bytesPerItem, slots }, progress);
  try {
    yield* outputsOf(worker, request, limits, progress);
    await feeding;
  } finally {
    progress.stop();
  }
}

async function* outputsOf(
  worker: WorkerProcess,
  request: RunRequest,
  limits: RunLimits,
  progress: Progress,
): AsyncGenerator<OutputChunk> {
  const deadline = itemDeadline(progress, limits.itemMs);
  const outline = await worker.next([FRAME.outline], deadline());
  const layout = parseOutline(outline.payload);
  const outputBytes = itemBytes(layout);
  if (outputBytes * request.items > limits.maxOutputBytes) throw workerOutputTooLarge(limits.maxOutputBytes);
  while (progress.done < request.items) {
    const { payload } = await worker.next([FRAME.output], deadline());
    const bytes = payload.subarray(4);
    const items = payload.length < 4 ? 0 : readUint32(payload);
    if (items === 0 || progress.done + items > request.items || bytes.length !== items * outputBytes) {
      throw workerProtocol(`${bytes.length} bytes of output for ${items} items`);
    }
    progress.finished(items);
    yield { layout, items, bytes };
  }
}

/** Gives each wait a deadline of its own: time in which the caller did not ask does not count against the worker. */
function itemDeadline(progress: Progress, itemMs: number): () => Deadline {
  return () => {
    const asked = performance.now();
    return () => {
      if (progress.busySince === undefined) return undefined;
      const at = Math.max(asked, progress.busySince) + itemMs + FLUSH_INTERVAL_MS;
      return { at, error: () => workerTimeout("run", itemMs, progress.done) };
    };
  };
}
