import type { Readable } from "node:stream";

/** What a worker may say in its own words before the rest is thrown away, in bytes. */
const KEPT_BYTES = 16 * 1024;

/** Removes control characters and cuts: text from a worker may come from a stranger's model. */
export function printable(text: string, maxLength: number): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength)}…`;
}

/** Reads a stream to its end, keeps the first few kilobytes, and gives them back cleaned. */
export class Quarantine {
  readonly #kept: Buffer[] = [];
  #size = 0;

  constructor(stream: Readable | null) {
    stream?.on("data", (chunk: Buffer) => {
      const room = KEPT_BYTES - this.#size;
      if (room <= 0) return;
      this.#kept.push(chunk.subarray(0, room));
      this.#size += Math.min(chunk.length, room);
    });
  }

  text(): string {
    return printable(Buffer.concat(this.#kept).toString("utf8"), KEPT_BYTES);
  }
}
