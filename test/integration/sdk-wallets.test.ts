/** Contract wallets, sponsors, and transactions that wait in the pool: real contracts on a local chain. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  allowCall,
  chainTime,
  depositCall,
  approveCall,
  hashQuoteRequest,
  JobStatus,
  sendCall,
  signQuoteRequest,
  signSponsorship,
  verifyQuoteRequest,
  verifySignature,
} from "@glia/sdk";
import type { Sponsorship } from "@glia/sdk";
import { createTestClient, createWalletClient, http, toHex } from "viem";
import type { Abi, Address, Hex } from "viem";
import { makeBuyer, smallJob, worker } from "./sdk-buyer.ts";
import { startDevnet } from "./sdk-devnet.ts";
import type { Devnet } from "./sdk-devnet.ts";
import { startProvider } from "./sdk-provider.ts";
import type { TestProvider } from "./sdk-provider.ts";

describe("wallets of all kinds", () => {
  let devnet: Devnet;
  let provider: TestProvider;
  let providers: Map<string, TestProvider>;

  before(async function () {
    this.timeout(120_000);
    devnet = await startDevnet();
    const owner = devnet.account();
    const operator = devnet.account();
    provider = await startProvider(owner.address, operator, devnet.clientOf(operator));
    await devnet.register(owner, operator.address, provider.endpoint);
    providers = new Map([[provider.endpoint, provider]]);
  });

  after(async () => {
    await provider.stop();
    await devnet.stop();
  });

  async function create(name: string, args: readonly unknown[]): Promise<Address> {
    const file = join(import.meta.dirname, `../../artifacts/contracts/mocks/${name}.sol/${name}.json`);
    const { abi, bytecode } = JSON.parse(await readFile(file, "utf8")) as { abi: Abi; bytecode: Hex };
    const wallet = devnet.clientOf(keeper).requireWallet();
    const hash = await wallet.deployContract({ abi, bytecode, args, chain: wallet.chain ?? null });
    const { contractAddress } = await devnet.publicClient.waitForTransactionReceipt({ hash });
    assert.ok(contractAddress);
    return contractAddress;
  }

  let keeper: ReturnType<Devnet["account"]>;
  before(() => {
    keeper = devnet.account();
  });

  it("takes the word of a contract wallet (ERC-1271), and no hostile one's", async () => {
    const { publicClient, deployment } = devnet;
    const domain = { chainId: deployment.chainId, market: deployment.market };
    const now = await chainTime(publicClient);
    const request = { jobId: toHex(1, { size: 32 }), provider: keeper.address, deadline: now + 60n };
    const signature = await signQuoteRequest(keeper, request, domain);
    const hash = hashQuoteRequest(request, domain);
    const wallet = await create("Wallet", [keeper.address]);
    assert.equal(await verifySignature(wallet, hash, signature, publicClient), true);
    assert.equal(await verifySignature(wallet, hash, signature), false);
    assert.equal(await verifySignature(wallet, toHex(2, { size: 32 }), signature, publicClient), false);
    for (const hostile of ["ReturnBombWallet", "GasBurnerWallet"]) {
      const address = await create(hostile, []);
      assert.equal(await verifySignature(address, hash, signature, publicClient), false, hostile);
    }
    assert.equal(await verifySignature(deployment.vault, hash, signature, publicClient), false);

    const shared = { request, signature, domain, publicClient };
    await verifyQuoteRequest({ ...shared, buyer: wallet });
    await verifyQuoteRequest({ ...shared, buyer: keeper.address });
    await assert.rejects(verifyQuoteRequest({ ...shared, buyer: deployment.vault }), {
      code: "QUOTE_REQUEST_SIGNATURE",
    });
    for (const deadline of [now - 1n, now + 10_000n]) {
      const other = { ...request, deadline };
      const signed = await signQuoteRequest(keeper, other, domain);
      await assert.rejects(
        verifyQuoteRequest({ ...shared, request: other, signature: signed, buyer: keeper.address }),
        {
          code: "QUOTE_REQUEST_STALE",
        },
      );
    }
  });

  it("lets a sponsor pay within its cap, and refunds the sponsor", async () => {
    const { vault, market } = devnet.deployment;
    const sponsor = await makeBuyer(devnet, 10_000n);
    const buyer = await makeBuyer(devnet, 0n);
    for (const call of [
      approveCall(devnet.token, vault, 10_000n),
      depositCall(vault, devnet.token, 10_000n),
      allowCall(vault, market, devnet.token, 10_000n),
    ]) {
      await sendCall(sponsor.client, call);
    }
    const sponsorship: Sponsorship = {
      payer: sponsor.account.address,
      buyer: buyer.account.address,
      token: devnet.token,
      cap: 1_500n,
      expiry: (await chainTime(devnet.publicClient)) + 3_600n,
      salt: toHex(1, { size: 32 }),
    };
    const signed = { sponsorship, signature: await signSponsorship(sponsor.account, sponsorship, buyer.client.domain) };
    const terms = { token: devnet.token, maxPrice: 5_000n, payer: sponsor.account.address };
    const { onProgress, done } = worker(providers);
    const outcome = await buyer.glia.run(await smallJob(devnet.token, { onProgress, terms, sponsor: signed }));
    await done();
    assert.equal(outcome.view.status, JobStatus.Settled);
    assert.equal(await sponsor.wealth(), 9_000n);
    await assert.rejects(buyer.glia.run(await smallJob(devnet.token, { terms, sponsor: signed })), {
      code: "SPONSORSHIP_CAP_EXCEEDED",
      kind: "funds",
    });
    assert.equal(await sponsor.wealth(), 9_000n);
  });

  it("waits for a transaction that was in the pool when the client crashed, and does not send a second", async () => {
    const buyer = await makeBuyer(devnet, 10_000n, keeper);
    const url = devnet.publicClient.chain?.rpcUrls.default.http[0];
    const pool = createTestClient({ mode: "hardhat", transport: http(url) });
    const { onProgress, done } = worker(providers);
    const job = await smallJob(devnet.token, {
      onProgress: (event) => {
        onProgress(event);
        if (event.step === "transaction" && event.hash !== undefined) throw new Error("power cut");
      },
      confirm: () => pool.setAutomine(false),
    });
    await assert.rejects(buyer.glia.run(job));
    const record = (await buyer.jobs.list()).at(-1);
    assert.ok(record !== undefined);
    assert.equal((await buyer.client.statusOf(record.jobId)).status, JobStatus.None);
    const nonces = (): Promise<number> =>
      devnet.publicClient.getTransactionCount({ address: keeper.address, blockTag: "pending" });
    const sent = await nonces();
    const resumed = buyer.restart().resume(record.jobId, { onProgress, downloadPatience: 0 });
    await pool.mine({ blocks: 1 });
    assert.equal(await nonces(), sent);
    await pool.setAutomine(true);
    await provider.perform(record.jobId);
    const outcome = await resumed;
    await done();
    assert.equal(outcome.record.transactions.filter(({ what }) => what.includes("hire")).length, 1);
    assert.equal(await buyer.wealth(), 9_000n);
  });

  it("says when the wallet refuses to sign", async () => {
    const buyer = await makeBuyer(devnet, 10_000n, devnet.account());
    const { client } = buyer;
    const refusing = createWalletClient({
      account: {
        ...buyer.account,
        signTransaction: () => Promise.reject(Object.assign(new Error("no"), { code: 4001 })),
      },
      transport: http(devnet.publicClient.chain?.rpcUrls.default.http[0]),
    });
    const { vault, market } = devnet.deployment;
    const call = allowCall(vault, market, devnet.token, 5n);
    await assert.rejects(sendCall({ ...client, requireWallet: () => refusing }, call), { code: "USER_REJECTED" });
    assert.equal(await client.vaultAllowance(buyer.account.address, devnet.token), 0n);
  });
});
