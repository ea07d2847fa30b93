import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CHUNK_SIZE, createGateway, createMemoryStore } from "@glia/sdk";
import { openFsStore } from "@glia/sdk/node";
import { describe, it } from "mocha";

const CHILD = fileURLToPath(new URL("../helpers/storage-fetch.ts", import.meta.url));
const BLOCKS = 24;

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

describe("a download that is killed", function () {
  this.timeout(120_000);

  it("asks only for what is missing when it starts again, in a CAR's middle and between blocks", async () => {
    const directory = await mkdtemp(join(tmpdir(), "glia-resume-"));
    const bytes = Uint8Array.from({ length: BLOCKS * CHUNK_SIZE + 17 }, (_, i) => (i * 29 + (i >> 20)) & 255);
    const source = createMemoryStore();
    const cid = await source.put(bytes);
    const cids = await collect(source.blocks(cid));
    assert.equal(new Set(cids.map(String)).size, BLOCKS + 2);

    /** A slow gateway: it gives so many bytes, and then keeps every request waiting. */
    let allowance = 0;
    let log: string[] = [];
    const stuck = new Set<ServerResponse>();
    const gateway = createGateway({ store: source, isServed: () => true });
    const answer = async (url: URL, response: ServerResponse): Promise<void> => {
      log.push(url.pathname.slice("/ipfs/".length) + url.search);
      const { status, headers, body } = await gateway({ path: url.pathname, query: url.searchParams });
      response.writeHead(status, headers);
      for await (const part of body) {
        allowance -= part.length;
        if (allowance < 0) return void stuck.add(response);
        response.write(part);
      }
      response.end();
    };
    const server = createServer((request, response) => {
      void answer(new URL(request.url ?? "/", "http://localhost"), response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const start = () =>
      spawn(process.execPath, [CHILD, directory, url, cid.toString(), String(bytes.length)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
    const held = async (): Promise<string[]> => {
      const store = await openFsStore(directory);
      const here = await Promise.all(cids.map(async (block) => ((await store.getBlock(block)) ? [String(block)] : [])));
      return here.flat();
    };

    /** Lets a child have `given` chunks and ends it, in a way that it cannot notice, once `least` chunks of the file are stored. */
    const killedAfter = async (given: number, least: number): Promise<string[]> => {
      log = [];
      allowance = given * CHUNK_SIZE + 10_000;
      const child = start();
      const exit = once(child, "exit");
      for await (const line of createInterface(child.stdout)) if (Number(line) >= least * CHUNK_SIZE) break;
      child.kill("SIGKILL");
      assert.deepEqual(await exit, [null, "SIGKILL"]);
      for (const response of stuck) response.destroy();
      stuck.clear();
      return log;
    };

    try {
      assert.deepEqual(await killedAfter(7, 5), [`${cid.toString()}?format=car`], "the first start asks for all of it");
      const first = await held();
      assert.ok(first.length >= 6 && first.length <= 8, `${first.length} blocks, the root and leaves, came by CAR`);

      const second = await killedAfter(8, first.length + 5);
      const asked = second.map((line) => line.replace("?format=raw", ""));
      assert.ok(asked.length >= 6, "it goes on block by block");
      for (const block of asked) assert.ok(!first.includes(block), `${block} was asked for again`);

      log = [];
      const before = await held();
      assert.ok(before.length > first.length && before.length < cids.length);
      allowance = Infinity;
      const [code] = (await once(start(), "exit")) as [number | null];
      assert.equal(code, 0);
      const missing = cids.map(String).filter((block) => !before.includes(block));
      assert.deepEqual(log.sort(), missing.map((block) => `${block}?format=raw`).sort());

      const store = await openFsStore(directory);
      assert.deepEqual((await store.pins()).map(String), [cid.toString()]);
      assert.ok(Buffer.concat(await collect(store.get(cid))).equals(bytes));
    } finally {
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true });
    }
  });
});
