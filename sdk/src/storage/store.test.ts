import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNode, encode } from "@ipld/dag-pb";
import { exporter } from "ipfs-unixfs-exporter";
import { describe, it } from "mocha";
import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import { sha256 } from "multiformats/hashes/sha2";
import { verifiedBlocks } from "./blocks.ts";
import { DAG_PB, RAW } from "./cid.ts";
import { createContentStore } from "./content-store.ts";
import { openFsStore } from "./fs-store.ts";
import { CHUNK_SIZE, cidToDigest, createMemoryStore, digestToCid, parseCid } from "./index.ts";
import type { ContentStore } from "./index.ts";
import { memoryBlocks } from "./memory-blocks.ts";
import { memoryPins } from "./pins.ts";

/** Bytes that differ everywhere, the same on every run. */
function pattern(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}
async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
const cidOf = async (bytes: Uint8Array, codec: number): Promise<CID> => CID.createV1(codec, await sha256.digest(bytes));

/** Both stores must behave alike. */
function eachStore(title: string, body: (store: ContentStore, directory: string) => Promise<void>): void {
  it(`${title} (memory)`, () => body(createMemoryStore(), ""));
  it(`${title} (disk)`, async () => {
    const directory = await mkdtemp(join(tmpdir(), "glia-store-"));
    try {
      await body(await openFsStore(directory), directory);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
}

describe("content store", () => {
  eachStore("takes files of every kind of length there and back", async (store) => {
    for (const length of [1, 1000, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE + 5]) {
      const bytes = pattern(length);
      const seen: [number, number | undefined][] = [];
      const cid = await store.put(bytes, { onProgress: (...progress) => seen.push(progress) });
      assert.deepEqual(seen, [[length, length]]);
      assert.equal(cid.code, DAG_PB);
      assert.ok(digestToCid(cidToDigest(cid)).equals(cid));
      assert.equal(await store.size(cid), length);
      assert.ok(await store.has(cid));
      assert.ok((await collect(store.get(cid))).equals(bytes));
      // An independent reader of UnixFS sees the same file.
      const source = { get: (block: CID) => one(store, block) };
      const entry = await exporter(cid, source);
      assert.ok(entry.type === "file" && (await collect(entry.content())).equals(bytes));
    }
  });

  eachStore("gives equal content one digest, however it arrives", async (store) => {
    const bytes = pattern(CHUNK_SIZE + 77);
    async function* pieces(size: number): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
    }
    const digests = await Promise.all([store.put(bytes), store.put(pieces(1000)), store.put(pieces(65_536))]);
    assert.equal(new Set(digests.map(cidToDigest)).size, 1);
    assert.equal(cidToDigest(digests[0]), "0x4ce6eedee727ba15072cf516a6ea911606fb2871dfa992185f9ce3f8bb68248f");
  });

  eachStore("reads at any place", async (store) => {
    const bytes = pattern(2 * CHUNK_SIZE + 100);
    const file = await store.open(await store.put(bytes));
    for (const [offset, length] of [
      [0, 1],
      [CHUNK_SIZE - 3, 6],
      [CHUNK_SIZE, 10],
      [5, 2 * CHUNK_SIZE],
      [bytes.length, 0],
      [bytes.length - 1, 1],
    ] as const) {
      assert.ok(
        Buffer.from(await file.read(offset, length)).equals(bytes.subarray(offset, offset + length)),
        `${offset}+${length}`,
      );
    }
    for (const [offset, length] of [
      [-1, 1],
      [bytes.length, 1],
      [0, bytes.length + 1],
    ] as const)
      await assert.rejects(file.read(offset, length), RangeError);
  });

  eachStore("keeps what is pinned or held and collects the rest", async (store) => {
    const [pinned, held, loose] = await Promise.all([
      store.put(pattern(CHUNK_SIZE * 2, 1), { pin: true }),
      store.put(pattern(9, 2)),
      store.put(pattern(9, 3)),
    ]);
    const release = store.hold(held);
    await store.gc();
    assert.deepEqual(await Promise.all([pinned, held, loose].map((cid) => store.has(cid))), [true, true, false]);
    release();
    release();
    assert.equal((await store.gc()).removed, 2);
    assert.deepEqual((await store.pins()).map(String), [pinned.toString()]);
    await store.unpin(pinned);
    assert.deepEqual(await store.gc(), { kept: 0, removed: 3 });
  });

  eachStore("never collects what is being put and pinned at the same time", async (store) => {
    for (let round = 0; round < 5; round++) {
      const [cid] = await Promise.all([
        store.put(pattern(CHUNK_SIZE + round, round + 9), { pin: true }),
        store.gc(),
        store.gc(),
      ]);
      assert.ok(await store.has(cid));
    }
  });

  eachStore("refuses wrong blocks, empty files, oversized reads and what is not here", async (store) => {
    const cid = await store.put(pattern(50));
    await assert.rejects(store.putBlock(cid, pattern(51)), { code: "BLOCK_MISMATCH", kind: "verification" });
    await assert.rejects(store.put(new Uint8Array()), { code: "CONTENT_EMPTY" });
    await assert.rejects(collect(store.get(cid, { maxBytes: 49 })), { code: "CONTENT_TOO_LARGE" });
    const other = digestToCid(`0x${"ab".repeat(32)}`);
    assert.equal(await store.has(other), false);
    for (const attempt of [
      collect(store.get(other)),
      store.size(other),
      store.open(other),
      collect(store.exportCar(other)),
    ]) {
      await assert.rejects(attempt, { code: "CONTENT_MISSING" });
    }
    const signal = AbortSignal.abort(new Error("stopped"));
    await assert.rejects(store.put(pattern(10), { signal }), { message: "stopped" });
    await assert.rejects(collect(store.get(cid, { signal })), { message: "stopped" });
  });

  eachStore("refuses trees that are no plain file, and so never walks more than the file's size", async (store) => {
    const leaf = pattern(100);
    const leafCid = await cidOf(leaf, RAW);
    await store.putBlock(leafCid, leaf);
    const varint = (value: number): number[] =>
      value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
    const unixfs = (type: number, fileSize: number, sizes: number[], inline: number[] = []): Uint8Array =>
      Uint8Array.from([
        8,
        type,
        ...(inline.length > 0 ? [18, inline.length, ...inline] : []),
        24,
        ...varint(fileSize),
        ...sizes.flatMap((size) => [32, ...varint(size)]),
      ]);
    const root = async (data: Uint8Array | undefined, links: CID[]): Promise<CID> => {
      const bytes = encode(
        createNode(
          data ?? new Uint8Array(),
          links.map((Hash) => ({ Hash, Name: "", Tsize: 1 })),
        ),
      );
      const cid = await cidOf(bytes, DAG_PB);
      await store.putBlock(cid, bytes);
      return cid;
    };
    const many = Array.from({ length: 500 }, () => leafCid);
    const sha1ish = CID.createV1(RAW, createDigest(0x11, new Uint8Array(20)));
    const bad = [
      root(unixfs(1, 100, [100]), [leafCid]),
      root(unixfs(2, 103, [100], [1, 2, 3]), [leafCid]),
      root(unixfs(2, 100, [100, 0]), [leafCid, leafCid]),
      root(unixfs(2, 100, [100]), [leafCid, leafCid]),
      root(unixfs(2, 99, [100]), [leafCid]),
      root(unixfs(2, 99, [99]), [leafCid]),
      root(
        unixfs(
          2,
          0,
          many.map(() => 0),
        ),
        many,
      ),
      root(
        unixfs(
          2,
          50_000,
          many.map(() => 100),
        ),
        many,
      ),
      root(unixfs(2, 100, [100]), [sha1ish]),
      root(Uint8Array.of(8, 2, 18, 200), []),
      root(Uint8Array.of(0xff), [leafCid]),
      root(undefined, [leafCid]),
    ];
    for (const [index, made] of bad.entries()) {
      const cid = await made;
      await assert.rejects(collect(store.get(cid)), { code: "CONTENT_MALFORMED" }, `tree ${index}`);
      await assert.rejects(
        async () => assert.equal(await store.has(cid), "neither"),
        { code: "CONTENT_MALFORMED" },
        `tree ${index}`,
      );
    }
    let deep = leafCid;
    for (let level = 0; level < 12; level++) deep = await root(unixfs(2, 100, [100]), [deep]);
    await assert.rejects(collect(store.get(deep)), { code: "CONTENT_MALFORMED", message: /deeper/ });
  });

  it("reads and hashes each block once for a file that is read item by item, and gives bytes of the caller's own", async () => {
    const blocks = verifiedBlocks(memoryBlocks());
    let reads = 0;
    const counting = { ...blocks, get: (cid: CID) => ((reads += 1), blocks.get(cid)) };
    const store = createContentStore(counting, memoryPins());
    const bytes = pattern(3 * CHUNK_SIZE + 5);
    const file = await store.open(await store.put(bytes));
    reads = 0;
    const size = 3_001;
    for (let at = 0; at < bytes.length; at += size) {
      const item = await file.read(at, Math.min(size, bytes.length - at));
      assert.ok(Buffer.from(item).equals(bytes.subarray(at, at + size)));
      item.fill(0);
    }
    // The root and four leaves.
    assert.equal(reads, 5);
    assert.ok(Buffer.from(await file.read(0, bytes.length)).equals(bytes));
  });

  it("finds blocks that a crash or a bad disk spoiled, and treats them as missing", async () => {
    const directory = await mkdtemp(join(tmpdir(), "glia-store-"));
    try {
      const bytes = pattern(3 * CHUNK_SIZE);
      const cid = await (await openFsStore(directory)).put(bytes, { pin: true });
      const files = (await readdir(join(directory, "blocks"), { recursive: true }))
        .filter((name) => name.endsWith(".data"))
        .sort();
      assert.equal(files.length, 4);
      for (const [index, file] of files.entries()) {
        const path = join(directory, "blocks", file);
        const good = await readFile(path);
        if (index % 2 === 0) await truncate(path, good.length >> 1);
        else
          await writeFile(
            path,
            good.map((byte, i) => (i === 7 ? byte ^ 1 : byte)),
          );
        await writeFile(`${path}.tmp`, "left by a crash");
        const store = await openFsStore(directory);
        assert.equal(await store.has(cid), false, file);
        await assert.rejects(collect(store.get(cid)), { code: "CONTENT_MISSING" });
        assert.ok((await store.put(bytes)).equals(cid));
        assert.ok(await store.has(cid));
      }
      assert.deepEqual((await (await openFsStore(directory)).pins()).map(String), [cid.toString()]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("reads CIDs and digests and refuses others", () => {
    const digest = `0x${"01".repeat(32)}` as const;
    assert.equal(cidToDigest(parseCid(digestToCid(digest).toString())), digest);
    for (const text of ["", "x", "Qm", "bafybei", "b".repeat(1000)])
      assert.throws(() => parseCid(text), { code: "CID_INVALID" });
    assert.throws(() => digestToCid("0x01"), { code: "CID_INVALID" });
    assert.throws(() => cidToDigest(CID.createV1(RAW, digestToCid(digest).multihash)), { code: "CID_INVALID" });
  });
});

async function* one(store: ContentStore, cid: CID): AsyncGenerator<Uint8Array> {
  const bytes = await store.getBlock(cid);
  assert.ok(bytes);
  yield bytes;
}
