import { writeSync } from "node:fs";
import { FRAME_HEADER_BYTES, frameHeader, readUint32 } from "./frames.ts";
import { readFully } from "./read-fully.ts";

/** The worker's end of the socket. */
export class Channel {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** The payload of the next frame, which must be of this type; null once the node closed the socket. */
  read(type: number): Uint8Array | null {
    const header = new Uint8Array(FRAME_HEADER_BYTES);
    if (!readFully(this.#fd, header, null)) return null;
    if (header[4] !== type) throw new Error(`expected frame ${type}, got ${header[4]}`);
    const payload = new Uint8Array(readUint32(header));
    if (!readFully(this.#fd, payload, null)) throw new Error("the node closed the channel after a header");
    return payload;
  }

  /** Like `read`, where the node owes a frame. */
  expect(type: number): Uint8Array {
    const payload = this.read(type);
    if (payload === null) throw new Error(`the node closed the channel where frame ${type} was due`);
    return payload;
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

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done, bytes.length - done);
  }
}
