import type { CID } from "multiformats/cid";
import type { Blocks } from "./blocks.ts";
import { blockKey } from "./cid.ts";

/** Blocks in memory, never evicted: for browsers and tests. */
export function memoryBlocks(): Blocks {
  const blocks = new Map<string, { cid: CID; bytes: Uint8Array }>();
  return {
    get: (cid) => Promise.resolve(blocks.get(blockKey(cid))?.bytes),
    put: (cid, bytes) => {
      // Copied: the caller's buffer may be reused, and a view would keep all of it alive.
      blocks.set(blockKey(cid), { cid, bytes: bytes.slice() });
      return Promise.resolve();
    },
    delete: (cid) => {
      blocks.delete(blockKey(cid));
      return Promise.resolve();
    },
    async *list() {
      await Promise.resolve();
      for (const { cid } of [...blocks.values()]) yield cid;
    },
    sync: () => Promise.resolve(),
  };
}
