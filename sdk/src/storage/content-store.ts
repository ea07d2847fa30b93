import type { CID } from "multiformats/cid";
import type { RandomAccess } from "../tensors/batch-file.ts";
import { GliaError } from "../errors.ts";
import type { Blocks } from "./blocks.ts";
import { exportCar } from "./car-export.ts";
import { importCar } from "./car-import.ts";
import type { ImportCarOptions } from "./car-import.ts";
import { blockKey, RAW } from "./cid.ts";
import { blockMissing, contentTooLarge } from "./content-errors.ts";
import { readRange, readRoot, walkBlocks } from "./file-dag.ts";
import type { Pins } from "./pins.ts";
import { recentBlocks } from "./recent-blocks.ts";
import { createSharedLock } from "./shared-lock.ts";
import { importUnixfs } from "./unixfs.ts";

/** Bytes done and bytes in all, where known. */
export type Progress = (done: number, total: number | undefined) => void;

export interface PutOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: Progress;
  /** Pin in the same step, so that no collection can come between; then the file is on disk when the root is given. */
  readonly pin?: boolean;
}

export interface GetOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: Progress;
  /** Refuse larger files before reading them. */
  readonly maxBytes?: number;
}

/** Files behind CIDs, as verified blocks. Nothing here touches the network. */
export interface ContentStore {
  /** Stores a file and gives its root CID; memory stays at a few chunks. An empty file is refused (`CONTENT_EMPTY`). */
  put(content: Uint8Array | AsyncIterable<Uint8Array>, options?: PutOptions): Promise<CID>;
  /** The file's bytes in order. Throws `CONTENT_MISSING`, `CONTENT_TOO_LARGE`, `CONTENT_MALFORMED`. */
  get(cid: CID, options?: GetOptions): AsyncGenerator<Uint8Array>;
  /** Random access to a stored file, for example a batch file; a read that follows another nearby costs little. Throws `CONTENT_MISSING`, `CONTENT_MALFORMED`. */
  open(cid: CID): Promise<RandomAccess>;
  /** Whether every block of the file is here and undamaged; reads all of it. */
  has(cid: CID): Promise<boolean>;
  /** Bytes of the file, from its root block alone. Throws `CONTENT_MISSING`, `CONTENT_MALFORMED`. */
  size(cid: CID): Promise<number>;
  /** CIDs of all blocks of a file, parents first. Throws `CONTENT_MISSING`, `CONTENT_MALFORMED`. */
  blocks(cid: CID): AsyncGenerator<CID>;
  /** One verified block, or undefined. */
  getBlock(cid: CID): Promise<Uint8Array | undefined>;
  /** Stores one block. Throws `BLOCK_MISMATCH`. */
  putBlock(cid: CID, bytes: Uint8Array): Promise<void>;
  /** A CAR (version 1) of whole files, each block once. Throws `CONTENT_MISSING` when it gets to a missing one. */
  exportCar(roots: CID | readonly CID[]): AsyncGenerator<Uint8Array>;
  /** Takes what belongs to the expected files out of a CAR; see {@link ImportCarOptions}. Gives the roots that the CAR names. */
  importCar(car: AsyncIterable<Uint8Array>, options: ImportCarOptions): Promise<CID[]>;
  /** Keeps the file from collection, and resolves when what is here of it would survive a loss of power. */
  pin(root: CID): Promise<void>;
  unpin(root: CID): Promise<void>;
  pins(): Promise<CID[]>;
  /** Keeps a file from collection for as long as it is being fetched or read; call the result when done. */
  hold(root: CID): () => void;
  /** Deletes every block that is in no pinned or held file. Waits for running puts and imports, and they for it. */
  gc(): Promise<{ readonly kept: number; readonly removed: number }>;
}

/** Blocks that an opened file keeps: root, inner node, and the two leaves at whose border an item may lie. */
const RECENT = 4;

/** A store over any place for blocks, which must verify ({@link verifiedBlocks}), and pins. */
export function createContentStore(blocks: Blocks, pins: Pins): ContentStore {
  const lock = createSharedLock();
  const held = new Map<string, { root: CID; holders: number }>();

  const store: ContentStore = {
    put: (content, { signal, onProgress, pin = false } = {}) =>
      lock.shared(async () => {
        const total = content instanceof Uint8Array ? content.length : undefined;
        const root = await importUnixfs(watched(content, total, signal, onProgress), blocks);
        if ((await readRoot(root, blocks)).size === 0)
          throw new GliaError("CONTENT_EMPTY", "The file is empty; there is nothing to store.", { kind: "input" });
        if (pin) await store.pin(root);
        return root;
      }),

    async *get(cid, { signal, onProgress, maxBytes } = {}) {
      const size = await store.size(cid);
      if (maxBytes !== undefined && size > maxBytes) throw contentTooLarge(cid, size, maxBytes);
      yield* watched(readRange(cid, blocks, 0, size), size, signal, onProgress);
    },

    open: async (cid) => {
      const size = await store.size(cid);
      const recent = recentBlocks(blocks, RECENT);
      return { size, read: (offset, length) => readExactly(cid, recent, size, offset, length) };
    },

    has: async (cid) => {
      for await (const { bytes } of walkBlocks(cid, blocks)) if (bytes === undefined) return false;
      return true;
    },

    size: async (cid) => (await readRoot(cid, blocks)).size,

    async *blocks(root) {
      for await (const { cid, bytes } of walkBlocks(root, blocks)) {
        if (bytes === undefined) throw blockMissing(cid);
        yield cid;
      }
    },

    getBlock: (cid) => blocks.get(cid),
    putBlock: (cid, bytes) => lock.shared(() => blocks.put(cid, bytes)),
    exportCar: (roots) => exportCar("multihash" in roots ? [roots] : roots, blocks),
    importCar: (car, options) =>
      lock.shared(async () => {
        const roots = await importCar(car, blocks, options);
        if (options.pin === true) for (const root of roots) await store.pin(root);
        return roots;
      }),
    pin: async (root) => {
      await blocks.sync((await liveBlocks([root], blocks)).values());
      await pins.add(root);
    },
    unpin: (root) => pins.delete(root),
    pins: () => pins.list(),

    hold: (root) => {
      const key = blockKey(root);
      held.set(key, { root, holders: (held.get(key)?.holders ?? 0) + 1 });
      let released = false;
      return () => {
        const holders = (held.get(key)?.holders ?? 0) - 1;
        if (released) return;
        released = true;
        if (holders > 0) held.set(key, { root, holders });
        else held.delete(key);
      };
    },

    gc: () =>
      lock.exclusive(async () => {
        const live = await liveBlocks(
          [...(await pins.list()), ...Array.from(held.values(), ({ root }) => root)],
          blocks,
        );
        let kept = 0;
        let removed = 0;
        for await (const cid of blocks.list()) {
          if (live.has(blockKey(cid))) kept++;
          else {
            await blocks.delete(cid);
            removed++;
          }
        }
        return { kept, removed };
      }),
  };
  return store;
}

async function* watched(
  content: Uint8Array | AsyncIterable<Uint8Array>,
  total: number | undefined,
  signal: AbortSignal | undefined,
  onProgress: Progress | undefined,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    signal?.throwIfAborted();
    yield chunk;
    done += chunk.length;
    onProgress?.(done, total);
  }
}

/** The bytes are the caller's own. */
async function readExactly(
  cid: CID,
  blocks: Pick<Blocks, "get">,
  size: number,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (offset < 0 || length < 0 || offset + length > size)
    throw new RangeError(`Bytes ${offset} to ${offset + length} are not within the ${size} of ${cid.toString()}.`);
  const parts: Uint8Array[] = [];
  for await (const part of readRange(cid, blocks, offset, offset + length)) parts.push(part);
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Everything that the roots lead to, as far as it is here. Leaves lead nowhere and are not read. */
async function liveBlocks(roots: readonly CID[], blocks: Blocks): Promise<Map<string, CID>> {
  const live = new Map<string, CID>();
  const inner = { get: (cid: CID) => (cid.code === RAW ? Promise.resolve(undefined) : blocks.get(cid)) };
  for (const root of roots) {
    try {
      for await (const { cid } of walkBlocks(root, inner)) live.set(blockKey(cid), cid);
    } catch (error) {
      // A root that turns out to be no file must not stop the collection; what was walked of it stays.
      if (!(error instanceof GliaError)) throw error;
    }
  }
  return live;
}
