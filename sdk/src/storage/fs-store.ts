import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FsBlockstore } from "blockstore-fs";
import { verifiedBlocks } from "./blocks.ts";
import type { Blocks } from "./blocks.ts";
import { parseCid } from "./cid.ts";
import { createContentStore } from "./content-store.ts";
import type { ContentStore } from "./content-store.ts";
import type { Pins } from "./pins.ts";

/**
 * Opens (or makes) a content store on disk:
 *
 * ```
 * <directory>/blocks/<last two characters>/<multihash in base32>.data   one block each, written beside and renamed
 * <directory>/pins/<CID>                                              an empty file per pinned root
 * ```
 *
 * A write that a crash cut off leaves a temporary file or a block that fails its hash; both count as missing.
 * One process per directory; its owner sees to that.
 */
export async function openFsStore(directory: string): Promise<ContentStore> {
  const raw = new FsBlockstore(join(directory, "blocks"));
  await raw.open();
  const pinDirectory = join(directory, "pins");
  await mkdir(pinDirectory, { recursive: true });
  return createContentStore(verifiedBlocks(fsBlocks(raw)), fsPins(pinDirectory));
}

function fsBlocks(store: FsBlockstore): Blocks {
  return {
    get: async (cid) => {
      const parts: Uint8Array[] = [];
      try {
        for await (const part of store.get(cid)) parts.push(part);
      } catch (error) {
        if (error instanceof Error && error.name === "NotFoundError") return undefined;
        throw error;
      }
      return parts.length === 1 ? parts[0] : Buffer.concat(parts);
    },
    put: async (cid, bytes) => {
      await store.put(cid, bytes);
    },
    delete: (cid) => store.delete(cid),
    async *list() {
      for await (const { cid } of store.getAll()) yield cid;
    },
  };
}

function fsPins(directory: string): Pins {
  return {
    add: (root) => writeFile(join(directory, root.toString()), ""),
    delete: (root) => rm(join(directory, root.toString()), { force: true }),
    list: async () => (await readdir(directory)).map(parseCid),
  };
}
