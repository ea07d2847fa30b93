import assert from "node:assert/strict";
import { createPublicClient, custom, encodeAbiParameters, encodeEventTopics, hexToBigInt, numberToHex } from "viem";
import type { Hex, PublicClient } from "viem";
import { vaultAbi } from "./abis.ts";
import { readEvents, readEventWindows } from "./read-events.ts";

const vault = "0x00000000000000000000000000000000000000a1";
const other = "0x00000000000000000000000000000000000000b2";

function log(block: number, address: Hex = vault): object {
  return {
    address,
    topics: encodeEventTopics({ abi: vaultAbi, eventName: "Deposited", args: { account: other, token: other } }),
    data: encodeAbiParameters([{ type: "uint256" }], [BigInt(block)]),
    blockNumber: numberToHex(block),
    blockHash: `0x${"01".repeat(32)}`,
    transactionHash: `0x${"02".repeat(32)}`,
    transactionIndex: "0x0",
    logIndex: "0x0",
    removed: false,
  };
}

interface Asked {
  readonly from: number;
  readonly to: number;
}

/** An RPC with one deposit in every tenth block that refuses ranges above `limit`, as hosted endpoints do. */
function endpoint(
  limit: number,
  asked: Asked[] = [],
  refusal = { code: -32005, message: "query returned more than 10000 results" },
) {
  const request = ({ params }: { method: string; params?: unknown }): Promise<unknown> => {
    const [{ fromBlock, toBlock }] = params as [{ fromBlock: Hex; toBlock: Hex }];
    const [from, to] = [Number(hexToBigInt(fromBlock)), Number(hexToBigInt(toBlock))];
    asked.push({ from, to });
    if (to - from + 1 > limit) return Promise.reject(Object.assign(new Error(refusal.message), refusal));
    const logs: object[] = [];
    for (let block = from; block <= to; block++) if (block % 10 === 0) logs.push(log(block), log(block, other));
    return Promise.resolve(logs);
  };
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }) }) as PublicClient;
}

async function blocks(publicClient: PublicClient, toBlock: bigint, signal?: AbortSignal): Promise<bigint[]> {
  const found: bigint[] = [];
  for await (const event of readEvents({
    publicClient,
    address: vault,
    abi: vaultAbi,
    fromBlock: 1n,
    toBlock,
    maxRange: 100n,
    ...(signal === undefined ? {} : { signal }),
  })) {
    assert.equal(event.eventName, "Deposited");
    found.push(event.blockNumber);
  }
  return found;
}

const tens = (last: number): bigint[] => Array.from({ length: Math.floor(last / 10) }, (_, i) => BigInt((i + 1) * 10));

describe("readEvents", () => {
  it("asks for bounded ranges, without gap or overlap", async () => {
    const asked: Asked[] = [];
    assert.deepEqual(await blocks(endpoint(1_000, asked), 250n), tens(250));
    assert.deepEqual(asked, [
      { from: 1, to: 100 },
      { from: 101, to: 200 },
      { from: 201, to: 250 },
    ]);
  });

  it("halves the range when the endpoint finds it too large, and finds every event once", async () => {
    for (const limit of [1, 7, 30, 99]) assert.deepEqual(await blocks(endpoint(limit), 250n), tens(250));
  });

  it("gives up where even one block is too much, and on errors that no smaller range cures", async () => {
    await assert.rejects(blocks(endpoint(0), 5n), { code: "RPC_ERROR" });
    const asked: Asked[] = [];
    const busy = endpoint(0, asked, { code: -32005, message: "rate limit exceeded: 10 requests per second" });
    await assert.rejects(blocks(busy, 50n), { code: "RPC_ERROR" });
    assert.equal(asked.length, 1);
  });

  it("leaves out logs of other contracts, whatever the endpoint sends", async () => {
    assert.equal((await blocks(endpoint(1_000), 100n)).length, 10);
  });

  it("yields empty stretches, so that a cursor can follow", async () => {
    const windows: [bigint, bigint, number][] = [];
    const query = {
      publicClient: endpoint(1_000),
      address: vault,
      abi: vaultAbi,
      fromBlock: 1n,
      toBlock: 9n,
      maxRange: 5n,
    } as const;
    for await (const { fromBlock, toBlock, events } of readEventWindows(query)) {
      windows.push([fromBlock, toBlock, events.length]);
    }
    assert.deepEqual(windows, [
      [1n, 5n, 0],
      [6n, 9n, 0],
    ]);
  });

  it("stops at an abort signal and refuses nonsense", async () => {
    await assert.rejects(blocks(endpoint(1_000), 250n, AbortSignal.abort()), { name: "AbortError" });
    const request = () => Promise.resolve("0x");
    const nonsense = createPublicClient({ transport: custom({ request }) }) as PublicClient;
    await assert.rejects(blocks(nonsense, 5n), { code: "RPC_NONSENSE" });
  });
});
