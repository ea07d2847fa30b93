import assert from "node:assert/strict";
import { mkdir, mkdtemp, open, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { openFsStore } from "./fs-store.ts";
import { CHUNK_SIZE, createMemoryStore, digestToCid } from "./index.ts";

/** The inodes that were forced to the disk while `work` ran, in order. */
async function syncedBy(work: () => Promise<unknown>): Promise<number[]> {
  const handle = await open(tmpdir());
  const shared = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const original: (this: FileHandle) => Promise<void> = Reflect.get(shared, "sync");
  const inodes: number[] = [];
  shared.sync = async function (this: FileHandle) {
    const { ino } = await this.stat();
    await original.call(this);
    inodes.push(ino);
  };
  try {
    await work();
  } finally {
    shared.sync = original;
  }
  return inodes;
}

describe("content store on disk", () => {
  let directory = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "glia-fs-store-"));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  /** Every file and directory below `under`, directories included, with its inode. */
  async function inodesOf(under: string): Promise<number[]> {
    const names = await readdir(join(directory, under), { recursive: true });
    return Promise.all(["", ...names].map(async (name) => (await stat(join(directory, under, name))).ino));
  }

  it("has a pinned file on the disk before it says so, and the pin last", async () => {
    const source = createMemoryStore();
    const bytes = Uint8Array.from({ length: 2 * CHUNK_SIZE + 5 }, (_, i) => (i * 13 + (i >> 20)) & 255);
    const cid = await source.put(bytes);
    const ways = {
      put: async () => {
        await (await openFsStore(directory)).put(bytes, { pin: true });
      },
      importCar: async () => {
        const options = { roots: [cid], maxBytes: 2 * bytes.length, pin: true };
        await (await openFsStore(directory)).importCar(source.exportCar(cid), options);
      },
      pin: async () => {
        const store = await openFsStore(directory);
        await store.put(bytes);
        await store.pin(cid);
      },
    };
    for (const [name, way] of Object.entries(ways)) {
      const synced = await syncedBy(way);
      const [blocks, pins] = [await inodesOf("blocks"), await inodesOf("pins")];
      assert.ok(
        blocks.length >= 1 + 4 + 1,
        "a directory, three leaves and their root, and at least one directory of them",
      );
      for (const ino of [...blocks, ...pins]) assert.ok(synced.includes(ino), name);
      assert.deepEqual(synced.slice(-pins.length).sort(), pins.sort(), name);
      await rm(directory, { recursive: true });
      await mkdir(directory);
    }
  });

  it("does not wait for the disk where nothing is pinned", async () => {
    const store = await openFsStore(directory);
    assert.deepEqual(await syncedBy(() => store.put(Uint8Array.of(1, 2, 3))), []);
  });

  it("stores equal chunks of one file, and equal files, at the same time", async () => {
    const store = await openFsStore(directory);
    const zeros = new Uint8Array(12 * CHUNK_SIZE);
    const cids = await Promise.all([store.put(zeros), store.put(zeros), store.put(zeros)]);
    for (const cid of cids) assert.ok(await store.has(cid));
    assert.deepEqual(await readdir(join(directory, "tmp")), []);
  });

  it("clears away what a crash left half written, but not what another process may be writing", async () => {
    await openFsStore(directory);
    const [old, young] = [join(directory, "tmp", "old"), join(directory, "tmp", "young")];
    await writeFile(old, "left by a crash");
    await writeFile(young, "in use");
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000);
    await utimes(old, twoDaysAgo, twoDaysAgo);
    await openFsStore(directory);
    assert.deepEqual(await readdir(join(directory, "tmp")), ["young"]);
  });

  it("says when the disk fails, instead of calling the block missing", async () => {
    const store = await openFsStore(directory);
    const cid = await store.put(Uint8Array.of(7));
    const files = await readdir(join(directory, "blocks"), { recursive: true });
    for (const name of files.filter((file) => file.endsWith(".data"))) {
      await rm(join(directory, "blocks", name));
      await mkdir(join(directory, "blocks", name));
    }
    await assert.rejects(store.getBlock(cid), { code: "EISDIR" });
    assert.equal(await store.getBlock(digestToCid(`0x${"11".repeat(32)}`)), undefined);
  });
});
