import { GliaError } from "@glia/sdk";
import type { WorkerProcess } from "../process/worker-process.ts";
import type { Progress } from "./progress.ts";
import type { RunRequest } from "./run-on-worker.ts";

/** Above this a chunk is handed over in parts, so that the item clock sees progress. */
const SLICE_BYTES = 1024 * 1024;

/**
 * Sends exactly `totalBytes` from the request to the worker. A source that fails, ends early or goes on too long kills the
 * worker with that error, so that whoever waits for its outputs gets it; this promise never rejects.
 */
export async function feed(
  worker: WorkerProcess,
  request: RunRequest,
  totalBytes: number,
  progress: Progress,
): Promise<void> {
  try {
    for await (const chunk of request.bytes) {
      if (progress.sentBytes + chunk.length > totalBytes) throw wrongLength(totalBytes, "more");
      for (let start = 0; start < chunk.length && worker.alive; start += SLICE_BYTES) {
        const slice = chunk.subarray(start, start + SLICE_BYTES);
        progress.sent(slice.length);
        await worker.write(slice);
      }
      if (!worker.alive) return;
    }
    if (progress.sentBytes < totalBytes) throw wrongLength(totalBytes, `${progress.sentBytes}`);
  } catch (error) {
    worker.kill(error instanceof Error ? error : new Error(String(error)));
  }
}

function wrongLength(expected: number, found: string): GliaError {
  return new GliaError("BATCH_LENGTH", `the batch should hold ${expected} bytes of items, but holds ${found}`, {
    kind: "input",
    hint: "Make the batch file again.",
    details: { expected },
  });
}
