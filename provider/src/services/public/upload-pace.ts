import type { IncomingMessage, ServerResponse } from "node:http";

import { GliaError } from "@glia/sdk";

/** What an upload, or an auditor's download, must keep up with. */
export interface UploadPace {
  readonly everyMs: number;
  /** Bytes that must come in each such time. */
  readonly leastBytes: number;
}

/** About 70 kbit/s: slower than any line that could finish a model in time. */
export const UPLOAD_PACE: UploadPace = { everyMs: 30_000, leastBytes: 256 * 1024 };

/**
 * Cuts the connection of an upload that stalls: a buyer whose machine went to sleep would otherwise hold one of the few places
 * for uploads for ever, and so would anyone who wants to.
 * @returns what ends the watch.
 */
export function watchPace(request: IncomingMessage, { everyMs, leastBytes }: UploadPace): () => void {
  const { socket } = request;
  let seen = socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete) return;
    if (socket.bytesRead - seen < leastBytes) {
      request.destroy(
        new GliaError("UPLOAD_STALLED", `The upload brought less than ${leastBytes} bytes in ${everyMs} ms`, {
          kind: "network",
          retryable: true,
        }),
      );
    }
    seen = socket.bytesRead;
  }, everyMs);
  return () => clearInterval(timer);
}

/** Cuts the connection of a download whose reader stalls; the watch ends with the response. */
export function watchReader(response: ServerResponse, { everyMs, leastBytes }: UploadPace): void {
  const { socket } = response;
  if (socket === null) return;
  let seen = socket.bytesWritten;
  const timer = setInterval(() => {
    if (socket.bytesWritten - seen < leastBytes) socket.destroy();
    seen = socket.bytesWritten;
  }, everyMs);
  response.once("close", () => clearInterval(timer));
}
