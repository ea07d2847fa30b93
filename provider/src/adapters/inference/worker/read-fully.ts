import { readSync } from "node:fs";

/**
 * Fills `target` from a descriptor, at a place in a file or, with null, as the bytes come. False if the end came before
 * the first byte, an error if in the middle. Blocking on purpose: the worker has nothing to do while it waits.
 */
export function readFully(fd: number, target: Uint8Array, position: number | null): boolean {
  for (let done = 0; done < target.length;) {
    const got = readSync(fd, target, done, target.length - done, position === null ? null : position + done);
    if (got === 0 && done === 0) return false;
    if (got === 0) throw new Error("the input ended in the middle of a message");
    done += got;
  }
  return true;
}
