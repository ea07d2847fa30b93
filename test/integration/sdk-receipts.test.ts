/** Waiting for transactions on a chain that mines nothing by itself, through endpoints that lag, and with wallets that change their mind. */
import assert from "node:assert/strict";
import { waitForReceipt } from "@glia/sdk";
import type { MarketClient } from "@glia/sdk";
import { createPublicClient, createTestClient, custom, http, parseGwei } from "viem";
import type { Hash, PublicClient, TestClient } from "viem";
import type { HDAccount } from "viem/accounts";

import { startDevnet } from "./sdk-devnet.ts";
import type { Devnet } from "./sdk-devnet.ts";

describe("waiting for a transaction on an idle chain", () => {
  let devnet: Devnet;
  let account: HDAccount;
  let client: MarketClient;
  let pool: TestClient;

  before(async function () {
    this.timeout(120_000);
    devnet = await startDevnet();
    account = devnet.account();
    client = devnet.clientOf(account);
    pool = createTestClient({ mode: "hardhat", transport: http(devnet.publicClient.chain?.rpcUrls.default.http[0]) });
  });
  afterEach(() => pool.setAutomine(true));
  after(() => devnet.stop());

  /** An endpoint that shows blocks before it shows what was mined in them: the receipt is missing the first `times` times. */
  function lagging(times: number): PublicClient {
    let asked = 0;
    const transport = custom({
      request: async ({ method, params }: { method: string; params?: never }) => {
        if (method === "eth_getTransactionReceipt" && asked++ < times) return null;
        return devnet.publicClient.request({ method, params } as never);
      },
    });
    const { chain } = devnet.publicClient;
    return createPublicClient({ transport, pollingInterval: 10, cacheTime: 0, ...(chain && { chain }) });
  }

  async function send(value: bigint, options: { nonce?: number; gwei?: string } = {}): Promise<Hash> {
    const { nonce, gwei = "3" } = options;
    const wallet = client.requireWallet();
    const fees = { maxFeePerGas: parseGwei(gwei), maxPriorityFeePerGas: parseGwei(gwei) };
    const request = { account, to: devnet.token, value, gas: 50_000n, data: "0x18160ddd", ...fees } as const;
    return wallet.sendTransaction({
      ...request,
      chain: wallet.chain ?? null,
      ...(nonce === undefined ? {} : { nonce }),
    });
  }

  it("ends although the block was there before the receipt and no block comes after it", async () => {
    const hash = await send(0n);
    const height = await devnet.publicClient.getBlockNumber();
    const receipt = await waitForReceipt({ publicClient: lagging(20) }, hash, "wait");
    assert.equal(receipt.transactionHash, hash);
    assert.equal(await devnet.publicClient.getBlockNumber(), height);
  });

  it("ends with the block that mines it, be it the last one", async () => {
    await pool.setAutomine(false);
    const hash = await send(0n);
    const waiting = waitForReceipt(client, hash, "wait");
    await pool.mine({ blocks: 1 });
    assert.equal((await waiting).transactionHash, hash);
  });

  it("takes the same transaction at a higher price, and says that another one took its place", async () => {
    for (const value of [0n, 1n]) {
      await pool.setAutomine(false);
      const nonce = await devnet.publicClient.getTransactionCount({ address: account.address });
      const first = await send(0n, { nonce });
      const seen = Promise.withResolvers<undefined>();
      const watched = createPublicClient({
        transport: custom({
          request: async ({ method, params }: { method: string; params?: never }) => {
            const answer: unknown = await devnet.publicClient.request({ method, params } as never);
            if (method === "eth_getTransactionCount") seen.resolve(undefined);
            return answer;
          },
        }),
        pollingInterval: 10,
        cacheTime: 0,
      });
      const waiting = waitForReceipt({ publicClient: watched }, first, "hire");
      // It has looked at the first one by now.
      await seen.promise;
      const second = await send(value, { nonce, gwei: "30" });
      const ended = value === 0n ? waiting : assert.rejects(waiting, { code: "TX_REPLACED", details: { hash: first, by: second } }); // prettier-ignore
      await pool.mine({ blocks: 1 });
      const receipt = await ended;
      if (value === 0n) assert.equal(receipt?.transactionHash, second);
    }
  });

  it("stops when it is told to, and not before a transaction that a reorganisation undid is mined again", async () => {
    const undo = await devnet.fork();
    const before = await send(0n);
    const first = await waitForReceipt(client, before, "wait");
    await undo(2);
    const stop = new AbortController();
    const stopped = waitForReceipt(client, before, "wait", { signal: stop.signal });
    const waiting = waitForReceipt(client, before, "wait");
    stop.abort(new Error("enough"));
    await assert.rejects(stopped, /enough/);
    // The same nonce and content: the same transaction, in another block.
    assert.equal(await send(0n), before);
    const second = await waiting;
    assert.equal(second.blockHash, (await devnet.publicClient.getBlock()).hash);
    assert.notEqual(second.blockHash, first.blockHash);
  });
});
