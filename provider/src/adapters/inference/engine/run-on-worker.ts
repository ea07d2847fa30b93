import { feed } from "./feed.ts";
import { Progress } from "./progress.ts";
import { type Deadline, parseJson, type WorkerProcess } from "../process/worker-process.ts";
import { workerOutputTooLarge, workerProtocol, workerTimeout } from "../process/worker-errors.ts";
import type { InferenceLimits } from "../limits.ts";
import { type BeginRequest, FLUSH_INTERVAL_MS, FRAME, type TensorLayout } from "../worker/frames.ts";
import { itemBytes } from "./layout.ts";

/** A batch to run: `bytes` are the items' raw tensors, one item after the other, in chunks of any size. */
export interface RunRequest {
  readonly items: number;
  readonly inputs: readonly TensorLayout[];
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Whole items' raw output tensors, in order. `layout` is the same for all items of a batch. */
export interface OutputChunk {
  readonly layout: readonly TensorLayout[];
  readonly items: number;
  readonly bytes: Uint8Array;
}

/**
 * Feeds a batch and yields its outputs as they come; feeding and reading overlap. Whatever ends it early (an error, an
 * abort, a caller that stops iterating) kills the worker, since its state is then unknown.
 */
export async function* runOnWorker(
  worker: WorkerProcess,
  request: RunRequest,
  limits: Pick<InferenceLimits, "itemMs" | "maxOutputBytes">,
): AsyncGenerator<OutputChunk> {
  const bytesPerItem = itemBytes(request.inputs);
  const progress = new Progress(bytesPerItem);
  const deadline = itemDeadline(progress, limits.itemMs);
  await worker.sendJson(FRAME.begin, {
    items: request.items,
    itemBytes: bytesPerItem,
    inputs: request.inputs,
    maxOutputBytes: limits.maxOutputBytes,
  } satisfies BeginRequest);
  const feeding = feed(worker, request, bytesPerItem * request.items, progress);
  const outline = await worker.next([FRAME.outline], deadline());
  const layout = parseJson<readonly TensorLayout[]>(outline.payload);
  const outputBytes = itemBytes(layout);
  if (outputBytes * request.items > limits.maxOutputBytes) throw workerOutputTooLarge(limits.maxOutputBytes);
  while (progress.done < request.items) {
    const { payload } = await worker.next([FRAME.output], deadline());
    const items = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
    const bytes = payload.subarray(4);
    if (items === 0 || progress.done + items > request.items || bytes.length !== items * outputBytes) {
      throw workerProtocol(`${bytes.length} bytes of output for ${items} items`);
    }
    progress.finished(items);
    yield { layout, items, bytes };
  }
  await feeding;
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
