import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterEach, describe, it } from "mocha";
import type { CID } from "multiformats/cid";
import {
  CHUNK_SIZE,
  createGateway,
  createMemoryStore,
  createServedSet,
  digestToCid,
  fetchBlock,
  fetchContent,
} from "./index.ts";
import type { ContentStore } from "./index.ts";

type Handler = (url: URL, response: ServerResponse) => void;
const closers: (() => Promise<void>)[] = [];

/** A real HTTP server on a free port; gives its base URL. */
async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) =>
    handler(new URL(request.url ?? "/", "http://localhost"), response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The project's own gateway, and which requests came. */
async function honest(
  store: ContentStore,
  isServed: (cid: CID) => boolean = () => true,
): Promise<{ url: string; log: string[] }> {
  const gateway = createGateway({ store, isServed });
  const log: string[] = [];
  const url = await serve((at, response) => {
    log.push(at.pathname.slice(6) + at.search);
    void gateway({ path: at.pathname, query: at.searchParams }).then(({ status, headers, body }) => {
      response.writeHead(status, headers);
      const stream = Readable.from(body);
      stream.on("error", () => response.destroy());
      stream.pipe(response);
    });
  });
  return { url, log };
}

const bytes = Uint8Array.from({ length: 3 * CHUNK_SIZE + 9 }, (_, i) => (i * 31 + (i >> 8) * 7 + (i >> 16)) & 255);
const limits = { maxBytes: 2 * bytes.length, stallMs: 2000 };
async function whole(store: ContentStore, cid: CID): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of store.get(cid)) parts.push(part);
  return Buffer.concat(parts);
}
async function codes(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
  } catch (error) {
    const { code, details } = error as { code: string; details: { sources?: { code: string }[] } };
    return [code, ...(details.sources ?? []).map((source) => source.code)];
  }
  return "no error";
}

describe("trustless gateway", () => {
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });

  it("moves a file by one CAR request and reports progress up to its size", async () => {
    const [from, to] = [createMemoryStore(), createMemoryStore()];
    const cid = await from.put(bytes);
    const { url, log } = await honest(from);
    const seen: [number, number | undefined][] = [];
    await fetchContent(cid, [url], to, { ...limits, pin: true, onProgress: (...progress) => seen.push(progress) });
    assert.ok((await whole(to, cid)).equals(bytes));
    assert.deepEqual(log, [`${cid.toString()}?format=car`]);
    assert.deepEqual(seen.at(-1), [bytes.length, bytes.length]);
    assert.equal((await to.pins()).length, 1);
    await fetchContent(cid, [], to, limits);
  });

  it("after a crash asks only for the blocks that are missing", async () => {
    const [from, to] = [createMemoryStore(), createMemoryStore()];
    const cid = await from.put(bytes);
    const { url, log } = await honest(from);
    const all: CID[] = [];
    for await (const block of from.blocks(cid)) all.push(block);
    for (const block of [all[0], all[2]])
      if (block) await to.putBlock(block, (await from.getBlock(block)) ?? new Uint8Array());
    await fetchContent(cid, [url], to, limits);
    assert.deepEqual(log.sort(), [all[1], all[3], all[4]].map((block) => `${block?.toString()}?format=raw`).sort());
    assert.ok(await to.has(cid));
  });

  it("keeps the good part of a CAR that is cut off and fetches the rest block by block", async () => {
    const [from, to] = [createMemoryStore(), createMemoryStore()];
    const cid = await from.put(bytes);
    const gateway = createGateway({ store: from, isServed: () => true });
    const raw: string[] = [];
    const url = await serve((at, response) => {
      void (async () => {
        const { body } = await gateway({ path: at.pathname, query: at.searchParams });
        if (at.searchParams.get("format") === "raw") raw.push(at.pathname);
        let sent = 0;
        for await (const part of body) {
          response.write(part);
          sent += part.length;
          if (at.searchParams.get("format") === "car" && sent > 1.5 * CHUNK_SIZE) break;
        }
        response.end();
      })();
    });
    await fetchContent(cid, [url], to, limits);
    assert.ok((await whole(to, cid)).equals(bytes));
    assert.ok(raw.length >= 1 && raw.length < 4, `${raw.length} blocks again`);
  });

  it("serves only what is allowed, says nothing of the rest, and only as raw or CAR", async () => {
    const store = createMemoryStore();
    const [shown, hidden] = [await store.put(bytes), await store.put(Uint8Array.of(1))];
    const served = createServedSet(store);
    await assert.rejects(served.add(digestToCid(`0x${"00".repeat(32)}`)), { code: "CONTENT_MISSING" });
    await served.add(shown);
    const { url } = await honest(store, served.has);
    const status = async (path: string): Promise<number> => {
      const response = await fetch(url + path);
      await response.arrayBuffer();
      return response.status;
    };
    assert.equal(await status(`/ipfs/${shown.toString()}?format=raw`), 200);
    for await (const block of store.blocks(shown))
      assert.equal(await status(`/ipfs/${block.toString()}?format=raw`), 200);
    for await (const block of store.blocks(hidden))
      assert.equal(await status(`/ipfs/${block.toString()}?format=raw`), 404);
    assert.equal(await status(`/ipfs/${hidden.toString()}?format=car`), 404);
    assert.equal(await status(`/ipfs/${shown.toString()}`), 406);
    for (const path of ["/", "/ipfs/", "/ipfs/nonsense", `/ipfs/${shown.toString()}/x`, "/ipfs/..%2f"])
      assert.equal(await status(`${path}?format=raw`), 400, path);
    served.remove(shown);
    assert.equal(await status(`/ipfs/${shown.toString()}?format=raw`), 404);
  });

  it("refuses wrong bytes, endless bodies, redirects, silence and other roots, and keeps nothing of them", async () => {
    const from = createMemoryStore();
    const cid = await from.put(bytes);
    const other = await from.put(Uint8Array.of(1, 2, 3));
    const good = await honest(from);
    const endless = (response: ServerResponse): void => {
      const more = (): void =>
        void (response.destroyed || response.write(Buffer.alloc(65_536, 1), () => setImmediate(more)));
      more();
    };
    const cases: [string, Handler, unknown][] = [
      [
        "wrong bytes as raw",
        (at, res) => void (at.search.includes("car") ? res.writeHead(406).end() : res.end("wrong")),
        "BLOCK_MISMATCH",
      ],
      ["endless", (_, res) => endless(res), "CAR_INVALID|GATEWAY_TOO_LARGE"],
      [
        "redirect",
        (_, res) => void res.writeHead(302, { location: `${good.url}/ipfs/${other.toString()}?format=raw` }).end(),
        "GATEWAY_REDIRECTED",
      ],
      ["silence", () => undefined, "GATEWAY_STALLED"],
      ["not found", (_, res) => void res.writeHead(404).end(), "GATEWAY_FAILED"],
      [
        "another root",
        (_, res) =>
          void fetch(`${good.url}/ipfs/${other.toString()}?format=car`).then(async (r) =>
            res.end(Buffer.from(await r.arrayBuffer())),
          ),
        "CAR_ROOT_UNEXPECTED",
      ],
    ];
    for (const [name, handler, expected] of cases) {
      const to = createMemoryStore();
      const url = await serve(handler);
      const [code, reason] = (await codes(fetchContent(cid, [url], to, { ...limits, stallMs: 200 }))) as string[];
      assert.equal(code, "CONTENT_UNAVAILABLE", name);
      assert.match(reason ?? "", new RegExp(`^(${String(expected)})$`), name);
      assert.deepEqual(await to.gc(), { kept: 0, removed: 0 }, name);
      await fetchContent(cid, [url, good.url], to, limits);
      assert.ok(await to.has(cid), "the next source is used");
    }
    await assert.rejects(fetchBlock("ftp://example.org", cid), { code: "GATEWAY_URL_INVALID" });
    const lying = await serve((_, res) => void res.end("wrong"));
    await assert.rejects(fetchBlock(lying, cid), { code: "BLOCK_MISMATCH" });
  });

  it("stops at the size cap and when told to", async () => {
    const from = createMemoryStore();
    const cid = await from.put(bytes);
    const { url } = await honest(from);
    assert.deepEqual(await codes(fetchContent(cid, [url], createMemoryStore(), { maxBytes: bytes.length - 1 })), [
      "CONTENT_TOO_LARGE",
    ]);
    const reason = new Error("enough");
    await assert.rejects(
      fetchContent(cid, [url], createMemoryStore(), { ...limits, signal: AbortSignal.abort(reason) }),
      reason,
    );
    assert.deepEqual(await codes(fetchContent(cid, ["/ip4/127.0.0.1/tcp/1"], createMemoryStore(), limits)), [
      "CONTENT_UNAVAILABLE",
      "SOURCE_UNSUPPORTED",
    ]);
    assert.deepEqual(await codes(fetchContent(cid, [], createMemoryStore(), limits)), ["CONTENT_UNAVAILABLE"]);
  });

  it("takes only the expected file's blocks out of a CAR, whole or not at all", async () => {
    const from = createMemoryStore();
    const cid = await from.put(bytes);
    const other = await from.put(Uint8Array.of(9));
    const parts: Uint8Array[] = [];
    for await (const part of from.exportCar([cid])) parts.push(part);
    const extra: Uint8Array[] = [];
    for await (const part of from.exportCar([other])) extra.push(part);
    async function* car(list: Uint8Array[]): AsyncGenerator<Uint8Array> {
      for (const part of list) yield await Promise.resolve(part);
    }
    const options = { roots: [cid], maxBytes: 2 * bytes.length };
    const to = createMemoryStore();
    assert.deepEqual((await to.importCar(car([...parts, ...extra.slice(1)]), options)).map(String), [cid.toString()]);
    assert.equal(await to.has(other), false);
    const rejected: [Uint8Array[], string][] = [
      [[], "CAR_INVALID"],
      [[Uint8Array.of(0)], "CAR_INVALID"],
      [[Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f)], "CAR_INVALID"],
      [[Uint8Array.of(3, 1, 2, 3)], "CAR_INVALID"],
      [parts.slice(0, -1), "CAR_INVALID"],
      [parts.slice(0, -2), "CAR_INCOMPLETE"],
      [extra, "CAR_ROOT_UNEXPECTED"],
      [[...parts.slice(0, 2), (parts[2] ?? new Uint8Array()).map((byte) => byte ^ 1)], "BLOCK_MISMATCH"],
    ];
    for (const [list, code] of rejected)
      await assert.rejects(createMemoryStore().importCar(car(list), options), { code }, code);
    await assert.rejects(createMemoryStore().importCar(car(parts), { ...options, maxBytes: 2 * CHUNK_SIZE }), {
      code: /CAR_TOO_LARGE|CONTENT_TOO_LARGE/,
    });
    const boastful = car([Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f)]);
    await assert.rejects(
      createMemoryStore().importCar(boastful, options),
      { message: /claims/ },
      "refused before it comes",
    );
    const padded = createMemoryStore().importCar(car([...extra, ...parts.slice(1)]), {
      roots: [other],
      maxBytes: CHUNK_SIZE,
    });
    await assert.rejects(padded, { code: "CAR_TOO_LARGE" }, "blocks that nobody asked for count too");
    const both = createMemoryStore();
    assert.equal(
      (await both.importCar(from.exportCar([cid, other]), { ...options, roots: [other, cid], pin: true })).length,
      2,
    );
    assert.equal((await both.pins()).length, 2);
  });
});
