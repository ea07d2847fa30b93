import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, it } from "mocha";

import { createGuardedFetch, type GuardedFetch, type Resolve } from "./guarded-fetch.ts";

describe("guarded fetch", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const thing of open.splice(0)) await thing.close();
  });

  async function serve(listener: RequestListener): Promise<number> {
    const server: Server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    open.push({ close: () => (server.closeAllConnections(), server.close()) });
    return (server.address() as AddressInfo).port;
  }

  function guarded(allowLoopback: boolean, resolve?: Resolve): GuardedFetch {
    const made = createGuardedFetch({ allowLoopback, ...(resolve === undefined ? {} : { resolve }) });
    open.unshift(made);
    return made;
  }

  /** fetch wraps what a connection throws. */
  const refused = (error: unknown): boolean => {
    const own = error as { code?: string; cause?: { code?: string } };
    return own.code === "SOURCE_REFUSED" || own.cause?.code === "SOURCE_REFUSED";
  };

  it("fetches from loopback by the devnet switch", async () => {
    const port = await serve((_request, response) => response.end("bytes"));
    const response = await guarded(true).fetch(`http://127.0.0.1:${port}/x`);
    assert.equal(await response.text(), "bytes");
  });

  it("never connects to a name that resolves to a private address", async () => {
    let asked = 0;
    const port = await serve((_request, response) => void (asked++, response.end()));
    const resolve: Resolve = () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]);
    await assert.rejects(guarded(false, resolve).fetch(`https://inner.example:${port}/`), refused);
    assert.equal(asked, 0);
  });

  it("refuses a name of which only one answer is private", async () => {
    const resolve: Resolve = () =>
      Promise.resolve([
        { address: "8.8.8.8", family: 4 },
        { address: "10.0.0.1", family: 4 },
      ]);
    await assert.rejects(guarded(false, resolve).fetch("https://mixed.example/"), refused);
  });

  it("connects to the address that was checked, resolving once per connection", async () => {
    const port = await serve((request, response) => response.end(request.headers.host));
    let resolved = 0;
    const resolve: Resolve = () => {
      resolved += 1;
      return Promise.resolve([{ address: resolved === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }]);
    };
    const response = await guarded(true, resolve).fetch(`http://pinned.example:${port}/`);
    assert.equal(await response.text(), `pinned.example:${port}`);
    assert.equal(resolved, 1);
  });

  it("never follows a redirect, not even when asked to", async () => {
    let asked = 0;
    const inner = await serve((_request, response) => void (asked++, response.end("secret")));
    const port = await serve((_request, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end(),
    );
    const response = await guarded(true).fetch(`http://127.0.0.1:${port}/`, { redirect: "follow" });
    await response.body?.cancel();
    assert.deepEqual([response.status, asked], [302, 0]);
  });

  it("passes an abort on", async () => {
    const port = await serve(() => undefined);
    const abort = new AbortController();
    const pending = guarded(true).fetch(`http://127.0.0.1:${port}/`, { signal: abort.signal });
    abort.abort();
    await assert.rejects(pending, { name: "AbortError" });
  });
});
