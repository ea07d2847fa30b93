import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, it } from "mocha";

import { createPublicClient } from "viem";

import { createFailover, type FailoverOptions } from "./failover.ts";

const CHAIN = 31_337;

describe("RPC failover", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  interface Fake {
    readonly url: string;
    readonly asked: string[];
    answers: Record<string, unknown>;
    status: number;
  }

  /** A JSON-RPC endpoint with fixed answers; an answer `{ error }` is sent as an error. */
  async function endpoint(answers: Record<string, unknown>, chainId = CHAIN): Promise<Fake> {
    const fake: Fake = {
      url: "",
      asked: [],
      answers: { eth_chainId: `0x${chainId.toString(16)}`, ...answers },
      status: 200,
    };
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const { id, method } = JSON.parse(body) as { id: number; method: string };
        fake.asked.push(method);
        const answer = fake.answers[method] as { error?: object } | string;
        const content = typeof answer === "object" ? answer : { result: answer };
        response.writeHead(fake.status, { "content-type": "application/json" });
        response.end(JSON.stringify({ jsonrpc: "2.0", id, ...content }));
      });
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return Object.assign(fake, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  }

  function connect(fakes: Fake[], options: Partial<FailoverOptions> = {}) {
    const failover = createFailover({ urls: fakes.map(({ url }) => url), chainId: CHAIN, ...options });
    return { failover, client: createPublicClient({ transport: failover.transport, cacheTime: 0 }) };
  }

  it("uses the first endpoint while it is well", async () => {
    const [first, second] = [await endpoint({ eth_blockNumber: "0x5" }), await endpoint({ eth_blockNumber: "0x6" })];
    const { client } = connect([first, second]);
    assert.equal(await client.getBlockNumber(), 5n);
    assert.deepEqual(second.asked, []);
  });

  it("goes to the next when the first fails, and comes back later", async () => {
    const [first, second] = [await endpoint({ eth_blockNumber: "0x5" }), await endpoint({ eth_blockNumber: "0x6" })];
    let time = 0;
    const { client, failover } = connect([first, second], { now: () => time, restMs: 1_000 });
    assert.equal(await client.getBlockNumber(), 5n);
    first.status = 503;
    assert.equal(await client.getBlockNumber(), 6n);
    assert.deepEqual(
      failover.health().map(({ state }) => state),
      ["failing", "good"],
    );
    const before = first.asked.length;
    assert.equal(await client.getBlockNumber(), 6n);
    assert.equal(first.asked.length, before, "a failing endpoint rests");
    first.status = 200;
    time = 2_000;
    assert.equal(await client.getBlockNumber(), 5n);
  });

  it("never uses an endpoint of another chain", async () => {
    const [wrong, right] = [await endpoint({ eth_blockNumber: "0x5" }, 1), await endpoint({ eth_blockNumber: "0x6" })];
    const { client } = connect([wrong, right]);
    assert.equal(await client.getBlockNumber(), 6n);
    assert.deepEqual(wrong.asked, ["eth_chainId"]);
    await assert.rejects(connect([wrong]).client.getBlockNumber(), named("CHAIN_ID_MISMATCH"));
  });

  it("does not ask others about an answer that concerns the request", async () => {
    const [first, second] = [
      await endpoint({ eth_blockNumber: { error: { code: 3, message: "execution reverted" } } }),
      await endpoint({ eth_blockNumber: "0x6" }),
    ];
    const { client } = connect([first, second]);
    await assert.rejects(client.getBlockNumber(), /execution reverted/);
    assert.deepEqual(second.asked, []);
  });

  it("says so when none answers", async () => {
    const only = await endpoint({});
    only.status = 500;
    await assert.rejects(connect([only]).client.getBlockNumber(), named("RPC_UNREACHABLE"));
  });

  it("sets an endpoint aside whose head lags", async () => {
    const [stale, fresh] = [await endpoint({ eth_blockNumber: "0x5" }), await endpoint({ eth_blockNumber: "0x64" })];
    const { client, failover } = connect([stale, fresh]);
    await failover.compareHeads();
    assert.deepEqual(
      failover.health().map(({ state }) => state),
      ["lagging", "good"],
    );
    assert.equal(await client.getBlockNumber(), 100n);
  });
});

/** viem wraps what a transport throws. */
function named(code: string): (error: unknown) => boolean {
  return (error) => {
    for (let at = error; at instanceof Error; at = at.cause) if ((at as { code?: unknown }).code === code) return true;
    return false;
  };
}
