import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FsBlockstore } from "blockstore-fs";
import { NextToLast } from "blockstore-fs/sharding";
import type { CID } from "multiformats/cid";
import type { Blocks } from "./blocks.ts";
import { syncPath } from "./fs-sync.ts";

/** A temporary file this old is no running process's. */
const LEFT_BEHIND_MS = 24 * 3600 * 1000;
const SYNCS_AT_ONCE = 4;

/**
 * Blocks on disk, as `blockstore-fs` lays them out. Reads and writes are our own: it hides every failure to read as "not found", and
 * its writers of one block share a temporary file and wait for each other's (10 × 100 ms).
 */
export async function openFsBlocks(directory: string, temporary: string): Promise<Blocks> {
  const store = new FsBlockstore(directory);
  const names = new NextToLast();
  await store.open();
  await mkdir(temporary, { recursive: true });
  for (const name of await readdir(temporary)) await removeOld(join(temporary, name));
  const pathOf = (cid: CID): string => {
    const { dir, file } = names.encode(cid);
    return join(directory, dir, file);
  };
  return {
    get: async (cid) => {
      try {
        return await readFile(pathOf(cid));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    put: async (cid, bytes) => {
      const path = pathOf(cid);
      const beside = join(temporary, randomUUID());
      await mkdir(dirname(path), { recursive: true });
      try {
        await writeFile(beside, bytes);
        await rename(beside, path);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
    },
    delete: (cid) => store.delete(cid),
    async *list() {
      for await (const { cid } of store.getAll()) yield cid;
    },
    sync: async (cids) => {
      const paths = Array.from(cids, pathOf);
      await syncAll(paths);
      await syncAll([...new Set(paths.map(dirname))]);
      await syncPath(directory);
    },
  };
}

/** A few at a time, which the disk can take together. */
async function syncAll(paths: readonly string[]): Promise<void> {
  const next = paths.values();
  const work = async (): Promise<void> => {
    for (const path of next) await syncPath(path);
  };
  await Promise.all(Array.from({ length: SYNCS_AT_ONCE }, work));
}

async function removeOld(path: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true });
  } catch (error) {
    // Another process has just finished with it.
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
