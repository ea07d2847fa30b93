import { GliaError } from "@glia/sdk";
import type { WorkerProcess } from "../process/worker-process.ts";
import { type BeginRequest, FRAME, uint32 } from "../worker/frames.ts";
import type { Progress } from "./progress.ts";
import type { RunRequest } from "./run-on-worker.ts";

/** Above this a chunk is handed over in parts, so that the worker starts early and the item clock sees progress. */
const SLICE_BYTES = 1024 * 1024;

/**
 * Puts the request's items into the worker's input window as there is room, exactly as many as it should hold. A source
 * that fails, ends early or goes on too long kills the worker with that error, so that whoever waits for its outputs gets
 * it; this promise never rejects.
 */
export async function feed(
  worker: WorkerProcess,
  request: RunRequest,
  window: Pick<BeginRequest, "itemBytes" | "slots">,
  progress: Progress,
): Promise<void> {
  const totalBytes = window.itemBytes * request.items;
  try {
    if (totalBytes === 0) await worker.send(FRAME.input, uint32(request.items));
    for await (const chunk of request.bytes) {
      if (progress.sentBytes + chunk.length > totalBytes) throw wrongLength(totalBytes, "more");
      await place(worker, chunk, window, progress);
      if (!worker.alive) return;
    }
    if (progress.sentBytes < totalBytes) throw wrongLength(totalBytes, `${progress.sentBytes}`);
  } catch (error) {
    worker.kill(error instanceof Error ? error : new Error(String(error)));
  }
}

async function place(
  worker: WorkerProcess,
  chunk: Uint8Array,
  { itemBytes, slots }: Pick<BeginRequest, "itemBytes" | "slots">,
  progress: Progress,
): Promise<void> {
  const windowBytes = itemBytes * slots;
  for (let done = 0; done < chunk.length && worker.alive;) {
    const room = await progress.room(windowBytes);
    if (room === 0) return;
    const position = progress.sentBytes % windowBytes;
    const slice = chunk.subarray(done, done + Math.min(SLICE_BYTES, room, windowBytes - position));
    worker.place(slice, position);
    const before = Math.floor(progress.sentBytes / itemBytes);
    progress.sent(slice.length);
    const items = Math.floor(progress.sentBytes / itemBytes) - before;
    if (items > 0) await worker.send(FRAME.input, uint32(items));
    done += slice.length;
  }
}

function wrongLength(expected: number, found: string): GliaError {
  return new GliaError("BATCH_LENGTH", `the batch should hold ${expected} bytes of items, but holds ${found}`, {
    kind: "input",
    hint: "Make the batch file again.",
    details: { expected },
  });
}
