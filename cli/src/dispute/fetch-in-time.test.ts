import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createMemoryStore, packTerms, unpackTerms, type JobView } from "@glia/sdk";

import type { Context } from "../context/context.ts";
import { fetchInTime } from "./fetch-in-time.ts";

/** Unix seconds of the chain; the challenge window is over at `NOW + LEFT`. */
const NOW = 1_000_000;
const LEFT = 2;

describe("fetching a result in time to dispute it", function () {
  this.timeout(30_000);
  let server: Server;
  let asked = 0;

  before(async () => {
    // Never silent for long, and never done.
    server = createServer((_, response) => {
      asked += 1;
      response.writeHead(200, { "content-type": "application/vnd.ipld.car" });
      const timer = setInterval(() => response.write("x"), 20);
      response.once("close", () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  function fetching(signal: AbortSignal): Promise<unknown> {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const context = {
      client: { publicClient: { getBlock: () => Promise.resolve({ timestamp: BigInt(NOW) }) } },
      content: createMemoryStore(),
      jobs: { load: () => Promise.resolve({ offer: { endpoint } }) },
      parts: { allowPrivate: true },
    } as unknown as Context;
    const view = {
      jobId: `0x${"aa".repeat(32)}`,
      outputDigest: `0x${"bb".repeat(32)}`,
      spec: { items: 1_000, maxItemOutputBytes: 1_000 },
      job: { terms: packTerms({ ...unpackTerms(0n), deadline: NOW + LEFT }) },
      sources: [],
    } as unknown as JobView;
    return fetchInTime(context, view, { signal, mostMs: 600_000, leastMs: 0 });
  }

  it("gives up a provider that sends drop by drop, in a part of the challenge window", async () => {
    const start = performance.now();
    await assert.rejects(fetching(AbortSignal.timeout(20_000)), { code: "RESULT_TOO_SLOW", retryable: false });
    assert.ok(performance.now() - start < 10_000);
    assert.equal(asked, 1);
  });

  it("ends with its caller's reason where that comes first", async () => {
    await assert.rejects(fetching(AbortSignal.abort(new Error("stopped"))), { message: "stopped" });
  });
});
