/** A random history on a real chain; then everything that the contracts' views say is computed a second time from the logs alone. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { createWalletClient, http, maxUint256, zeroAddress, zeroHash } from "viem";
import type { HDAccount } from "viem/accounts";
import type { Abi, Address, Hex, TransactionReceipt } from "viem";

import { erc20MetadataAbi, jobMarketAbi, providerRegistryAbi, testTokenAbi, vaultAbi } from "@glia/contracts";
import { decodeMarketLog, hashJobSpec, jobAfter, JobStatus, signQuote, unpackTerms } from "@glia/sdk";
import type { Job, JobSpec } from "@glia/sdk";
import { startDevnet } from "../integration/sdk-devnet.ts";
import type { Devnet } from "../integration/sdk-devnet.ts";
import { generator } from "./random-values.ts";
import { jobHash, key, RebuiltState } from "./rebuilt-state.ts";

const STEPS = 120;
const FUNDS = 10n ** 12n;

interface Live {
  id: Hex;
  spec: JobSpec;
  status: JobStatus;
  job: Job;
}

describe("State rebuilt from logs", () => {
  let devnet: Devnet;
  let buyer: HDAccount;
  let owners: readonly [HDAccount, HDAccount];
  let operators: readonly [HDAccount, HDAccount];
  let from: bigint;
  const next = generator(7);
  const live: Live[] = [];
  const hireGas: bigint[] = [];
  const ids: Hex[] = [];

  before(async function () {
    this.timeout(120_000);
    devnet = await startDevnet();
    from = BigInt(devnet.file.block);
    [buyer, owners, operators] = [
      devnet.account(),
      [devnet.account(), devnet.account()],
      [devnet.account(), devnet.account()],
    ];
    await devnet.register(owners[0], operators[0].address, "https://a.example");
    await devnet.register(owners[1], operators[1].address, "https://b.example");
    await devnet.mint(buyer.address, FUNDS);
    const { vault, market } = devnet.deployment;
    await send(buyer, devnet.token, testTokenAbi, "approve", [vault, maxUint256]);
    await send(buyer, vault, vaultAbi, "deposit", [devnet.token, FUNDS / 2n]);
    await send(buyer, vault, vaultAbi, "allow", [market, devnet.token, maxUint256]);
  });

  after(() => devnet.stop());

  it("equals the views after a random history, and hiring costs the same at its end", async function () {
    this.timeout(300_000);
    for (let step = 0; step < STEPS; step++) await act(step);
    const { market, vault, registry } = devnet.deployment;
    const state = new RebuiltState(market);
    const logs = await devnet.publicClient.getLogs({ address: [market, vault, registry], fromBlock: from });
    for (const log of logs) state.apply(log);
    const statuses = new Set([...state.jobs.values()].map(({ status }) => status));
    assert.ok(statuses.size >= 6, `too few kinds of ends: ${[...statuses].join()}`);
    await sameMoney(state);
    await sameStake(state);
    await sameJobs(state);
    assert.ok(hireGas.length > 10);
    // The first hires write slots that were zero; from then on nothing may cost more because there is more.
    const [early, late] = [hireGas.slice(0, 3), hireGas.slice(-3)].map((costs) => Math.max(...costs.map(Number)));
    assert.ok(
      early !== undefined && late !== undefined && late <= early * 1.01,
      `${early} gas at first, ${late} at last`,
    );
  });

  async function act(step: number): Promise<void> {
    const { market, vault, registry } = devnet.deployment;
    const kind = next() % 12;
    if (kind < 3) return hire(step);
    if (kind < 5) return post(step);
    if (kind === 5) {
      await send(buyer, vault, vaultAbi, "withdraw", [devnet.token, 1_000n + BigInt(step), buyer.address]);
      await send(buyer, vault, vaultAbi, "allow", [market, devnet.token, step % 2 === 0 ? maxUint256 : FUNDS]);
      await send(owners[0], registry, providerRegistryAbi, "moveStake", [market, vault, 5n]);
      return send(operators[1], registry, providerRegistryAbi, "bumpQuoteNonce", [owners[1].address]).then(ignore);
    }
    const at = live[next() % Math.max(1, live.length)];
    if (at === undefined) return;
    const call = (who: HDAccount, name: string, more: readonly unknown[] = []): Promise<void> =>
      send(who, market, jobMarketAbi, name, [at.id, at.job, ...more]).then((receipt) => follow(at, receipt));
    const operator = operators[at.job.provider === owners[1].address ? 1 : 0];
    const late = async (): Promise<void> => {
      const { timestamp } = await devnet.publicClient.getBlock();
      const seconds = unpackTerms(at.job.terms).deadline - Number(timestamp) + 1;
      if (seconds > 0) await devnet.pass(seconds);
    };
    if (at.status === JobStatus.Open) {
      if (kind === 6) return call(buyer, "cancel");
      if (kind < 11) {
        const { timestamp } = await devnet.publicClient.getBlock();
        if (Number(timestamp) + 2 > Number(at.spec.auctionEnd)) return;
        const args = [at.spec, owners[0].address, 400n * 10n ** 18n, []];
        return follow(at, await send(operators[0], market, jobMarketAbi, "take", args));
      }
      await late();
      return call(operators[1], "expire");
    }
    if (at.status === JobStatus.Assigned) {
      const { timestamp } = await devnet.publicClient.getBlock();
      const { rejectDeadline, deadline } = unpackTerms(at.job.terms);
      if (kind === 6 && Number(timestamp) + 2 < rejectDeadline) return call(operator, "reject", [zeroHash]);
      if (kind < 11 && Number(timestamp) + 2 < deadline) return call(operator, "reveal", [at.id, at.id]);
      await late();
      return call(buyer, "defaultJob");
    }
    if (kind < 9) return call(buyer, "accept");
    await late();
    return call(operators[0], "settle");
  }

  async function hire(step: number): Promise<void> {
    const spec = await specOf(step);
    const which = step % 2 === 0 ? 0 : 1;
    const provider = owners[which].address;
    const { nonce } = await providerOf(provider);
    const id = hashJobSpec(spec, domain());
    const { timestamp } = await devnet.publicClient.getBlock();
    const quote = {
      provider,
      jobId: id,
      price: 7_000_000n,
      collateral: 400n * 10n ** 18n,
      expiry: timestamp + 50n,
      nonce,
    };
    const signature = await signQuote(operators[which], quote, domain());
    const receipt = await send(buyer, devnet.deployment.market, jobMarketAbi, "hire", [spec, quote, signature]);
    if (which === 0) hireGas.push(receipt.gasUsed);
    begin(spec, id, JobStatus.Assigned, receipt);
  }

  async function post(step: number): Promise<void> {
    const spec = await specOf(step);
    const receipt = await send(buyer, devnet.deployment.market, jobMarketAbi, "post", [spec, "https://c.example"]);
    begin(spec, hashJobSpec(spec, domain()), JobStatus.Open, receipt);
  }

  function begin(spec: JobSpec, id: Hex, status: JobStatus, receipt: TransactionReceipt): void {
    const entry = { id, spec, status } as Live;
    follow(entry, receipt);
    live.push(entry);
    ids.push(id);
  }

  function follow(entry: Live, receipt: TransactionReceipt): void {
    for (const log of receipt.logs) {
      const event = decodeMarketLog(log);
      if (event === undefined) continue;
      const job = jobAfter(entry.job, event);
      if (job !== undefined) entry.job = job;
      if (event.eventName === "JobTaken") entry.status = JobStatus.Assigned;
      else if (event.eventName === "JobRevealed") entry.status = JobStatus.Revealed;
      else if (event.eventName !== "JobPosted" && event.eventName !== "JobAssigned")
        live.splice(live.indexOf(entry), 1);
    }
  }

  async function specOf(step: number): Promise<JobSpec> {
    const { timestamp } = await devnet.publicClient.getBlock();
    return {
      buyer: buyer.address,
      payer: buyer.address,
      modelId: zeroHash,
      modelDigest: zeroHash,
      batchRoot: zeroHash,
      inputDigest: zeroHash,
      items: 64,
      maxItemOutputBytes: 40,
      token: devnet.token,
      startPrice: 1_000_000n,
      maxPrice: 10_000_000n,
      auctionStart: timestamp,
      auctionEnd: timestamp + 600n,
      rejectWindow: 60,
      executionWindow: 600,
      challengeWindow: 10,
      level: 0,
      checkBps: 1_000,
      sampleSize: 8,
      auditPot: 0n,
      declaredGain: 10_000_000n,
      minStake: 0n,
      capabilities: 0n,
      determinism: 0,
      allowedProviders: zeroHash,
      salt: `0x${(step + 1).toString(16).padStart(64, "0")}`,
    };
  }

  async function sameMoney(state: RebuiltState): Promise<void> {
    const { market, vault } = devnet.deployment;
    const accounts = [buyer, ...owners, ...operators].map(({ address }) => address);
    let sum = 0n;
    for (const account of accounts) {
      const balance = await view<bigint>(vault, vaultAbi, "balanceOf", [account, devnet.token]);
      assert.equal(state.balances.of(key(account, devnet.token)), balance);
      const allowance = await view<bigint>(vault, vaultAbi, "allowance", [account, market, devnet.token]);
      assert.equal(state.allowances.of(key(account, market, devnet.token)), allowance);
      sum += balance;
    }
    const [escrow, fees] = await view<[bigint, bigint]>(vault, vaultAbi, "escrowOf", [market, devnet.token]);
    assert.equal(state.escrows.of(key(market, devnet.token)), escrow);
    assert.equal(state.fees.of(key(market, devnet.token)), fees);
    assert.ok(fees > 0n);
    assert.equal(sum + escrow + fees, await view<bigint>(devnet.token, erc20MetadataAbi, "balanceOf", [vault]));
  }

  async function sameStake(state: RebuiltState): Promise<void> {
    const { market, vault, registry } = devnet.deployment;
    for (const { address } of [buyer, ...owners, ...operators]) {
      for (const place of [market, vault]) {
        const position = await view<{ free: bigint; locked: bigint; rejections: number }>(
          registry,
          providerRegistryAbi,
          "position",
          [address, place],
        );
        assert.equal(state.free.of(key(address, place)), position.free);
        assert.equal(state.locked.of(key(address, place)), position.locked);
        assert.equal(state.rejections.get(key(address, place)) ?? 0, position.rejections);
      }
      const { operator, endpoint, nonce } = await providerOf(address);
      const known = state.providers.get(key(address)) ?? { operator: zeroAddress, endpoint: "", nonce: 0 };
      assert.deepEqual(known, { operator, endpoint, nonce });
    }
  }

  async function sameJobs(state: RebuiltState): Promise<void> {
    assert.equal(state.jobs.size, ids.length);
    for (const [id, { status, openChallenges, job }] of state.jobs) {
      const got = await view<[number, number, bigint]>(devnet.deployment.market, jobMarketAbi, "statusOf", [id]);
      assert.deepEqual([status, openChallenges, job === undefined ? 0n : jobHash(job)], got);
    }
  }

  async function providerOf(account: Address): Promise<{ operator: Address; endpoint: string; nonce: number }> {
    const entry = await view<{ operator: Address; endpoint: string; quoteNonce: number }>(
      devnet.deployment.registry,
      providerRegistryAbi,
      "provider",
      [account],
    );
    return { operator: entry.operator, endpoint: entry.endpoint, nonce: entry.quoteNonce };
  }

  function domain(): { chainId: number; market: Address } {
    return { chainId: devnet.file.chainId, market: devnet.deployment.market };
  }

  async function view<T>(address: Address, abi: Abi, functionName: string, args: readonly unknown[]): Promise<T> {
    return (await devnet.publicClient.readContract({ address, abi, functionName, args })) as T;
  }

  async function send(
    account: HDAccount,
    address: Address,
    abi: Abi,
    functionName: string,
    args: readonly unknown[],
  ): Promise<TransactionReceipt> {
    const { chain, transport } = devnet.publicClient;
    const wallet = createWalletClient({ account, chain, transport: http(transport["url"] as string) });
    const { request } = await devnet.publicClient.simulateContract({ account, address, abi, functionName, args });
    const hash = await wallet.writeContract(request as Parameters<typeof wallet.writeContract>[0]);
    return devnet.publicClient.waitForTransactionReceipt({ hash });
  }
});

function ignore(): void {
  // The receipt tells nothing more.
}
