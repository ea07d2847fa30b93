import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A file without a name through which a worker gets its items: a socket holds about 200 KB, so a worker fed through one
 * waits for the scheduler again and again, while a file takes megabytes at once. The node writes, the worker inherits a
 * descriptor that only reads; there is no path to it, and its mode allows no second opening for writing.
 */
export class InputWindow {
  /** The descriptor that the worker inherits; closed here by `handedOver`. */
  readonly readEnd: number;
  readonly #writeEnd: number;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "glia-input-"));
    try {
      const path = join(folder, "items");
      this.#writeEnd = openSync(path, "wx", 0o400);
      this.readEnd = openSync(path, "r");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** To be called once the worker was spawned: the node has no use for its copy of the reading end. */
  handedOver(): void {
    closeSync(this.readEnd);
  }

  /** Puts all of `bytes` at a place in the file. Throws what the file system throws, e.g. where the disk is full. */
  write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#writeEnd, bytes, done, bytes.length - done, position + done);
    }
  }

  /** Gives the file's space back once the worker is gone too. */
  close(): void {
    closeSync(this.#writeEnd);
  }
}
