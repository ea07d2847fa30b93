import type { CID } from "multiformats/cid";
import { blockKey } from "./cid.ts";
import type { ContentStore } from "./content-store.ts";

/** The files that may be given to strangers, and so which blocks. */
export interface ServedSet {
  /** From now on the file's blocks are given out. Throws `CONTENT_MISSING` unless all of it is here. */
  add(root: CID): Promise<void>;
  /** Blocks that another served file has too stay served. */
  remove(root: CID): void;
  /** Whether this block may be given out. */
  readonly has: (block: CID) => boolean;
}

/** Nothing is served until it is added: a provider's outputs stay private until the reveal. */
export function createServedSet(store: Pick<ContentStore, "blocks">): ServedSet {
  const files = new Map<string, readonly string[]>();
  const uses = new Map<string, number>();
  return {
    add: async (root) => {
      const keys: string[] = [];
      for await (const cid of store.blocks(root)) keys.push(blockKey(cid));
      if (files.has(blockKey(root))) return;
      files.set(blockKey(root), keys);
      for (const key of keys) uses.set(key, (uses.get(key) ?? 0) + 1);
    },
    remove: (root) => {
      for (const key of files.get(blockKey(root)) ?? []) {
        const left = (uses.get(key) ?? 0) - 1;
        if (left > 0) uses.set(key, left);
        else uses.delete(key);
      }
      files.delete(blockKey(root));
    },
    has: (block) => uses.has(blockKey(block)),
  };
}
