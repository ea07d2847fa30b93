import { readSync, writeSync } from "node:fs";
import { FRAME_HEADER_BYTES, frameHeader } from "./frames.ts";

const STAGING_BYTES = 256 * 1024;

/**
 * The worker's end of the socket, blocking on purpose: the worker has nothing to do while it waits, and a blocking read
 * of a quarter of a megabyte costs less than an event loop's turn per packet.
 */
export class Channel {
  readonly #fd: number;
  readonly #staging = new Uint8Array(STAGING_BYTES);
  #start = 0;
  #end = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Fills `target`; false if the node closed the socket before its first byte, an error if in the middle. */
  readInto(target: Uint8Array): boolean {
    let done = 0;
    while (done < target.length) {
      if (this.#start < this.#end) {
        const take = Math.min(this.#end - this.#start, target.length - done);
        target.set(this.#staging.subarray(this.#start, this.#start + take), done);
        this.#start += take;
        done += take;
        continue;
      }
      const direct = target.length - done >= STAGING_BYTES;
      const got = direct ? readSync(this.#fd, target, done, target.length - done, null) : this.#refill();
      if (got === 0) {
        if (done === 0) return false;
        throw new Error("the node closed the channel in the middle of a message");
      }
      if (direct) done += got;
    }
    return true;
  }

  /** The next frame, or null once the node closed the socket. */
  readFrame(): { type: number; payload: Uint8Array } | null {
    const header = new Uint8Array(FRAME_HEADER_BYTES);
    if (!this.readInto(header)) return null;
    const length = new DataView(header.buffer).getUint32(0, true);
    const payload = new Uint8Array(length);
    if (length > 0 && !this.readInto(payload)) throw new Error("the node closed the channel after a header");
    return { type: header[4] ?? 0, payload };
  }

  /** Sends one frame whose payload is the concatenation of `parts`. */
  writeFrame(type: number, ...parts: Uint8Array[]): void {
    this.#write(
      frameHeader(
        type,
        parts.reduce((sum, part) => sum + part.length, 0),
      ),
    );
    for (const part of parts) this.#write(part);
  }

  writeJson(type: number, value: unknown): void {
    this.writeFrame(type, new TextEncoder().encode(JSON.stringify(value)));
  }

  #refill(): number {
    const got = readSync(this.#fd, this.#staging, 0, STAGING_BYTES, null);
    this.#start = 0;
    this.#end = got;
    return got;
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done, bytes.length - done);
  }
}
