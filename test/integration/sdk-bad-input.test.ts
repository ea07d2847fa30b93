/**
 * What strangers and mistakes can do to a buyer: named errors, and balances as they were. Real contracts on a local chain; providers
 * are doubles that misbehave over real HTTP (sdk-provider.ts).
 */
import assert from "node:assert/strict";
import {
  allowCall,
  approveCall,
  cancel,
  createMarketClient,
  depositCall,
  expire,
  GliaClient,
  GliaError,
  hashJobSpec,
  hire,
  JobStatus,
  listProviders,
  post,
  requestQuotes,
  sendCall,
} from "@glia/sdk";
import type { JobSpec, Offer, Refusal } from "@glia/sdk";
import { toHex } from "viem";
import type { Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import { makeBuyer, NO_SIZES, smallJob } from "./sdk-buyer.ts";
import type { Buyer } from "./sdk-buyer.ts";
import { startDevnet } from "./sdk-devnet.ts";
import type { Devnet } from "./sdk-devnet.ts";
import { HOSTILE, startProvider } from "./sdk-provider.ts";
import type { Behaviour, TestProvider } from "./sdk-provider.ts";

describe("a buyer among strangers and mistakes", () => {
  let devnet: Devnet;
  let owner: HDAccount;
  let provider: TestProvider;
  let buyer: Buyer;
  let poor: HDAccount;
  let spec: JobSpec;

  before(async function () {
    this.timeout(120_000);
    devnet = await startDevnet();
    owner = devnet.account();
    const operator = devnet.account();
    provider = await startProvider(owner.address, operator, devnet.clientOf(operator));
    await devnet.register(owner, operator.address, provider.endpoint);
    buyer = await makeBuyer(devnet, 100_000n);
    poor = devnet.account();
  });

  after(async () => {
    await provider.stop();
    await devnet.stop();
  });

  beforeEach(async () => {
    provider.behaviour = { price: 1_000n };
    ({ spec } = await buyer.glia.prepare(await smallJob(devnet.token)));
  });

  /** Runs `work` and proves that the buyer's tokens and its transactions are as they were. */
  async function unchanged(work: () => Promise<void>, who: Buyer = buyer): Promise<void> {
    const facts = async () => ({
      wealth: await who.wealth(),
      vault: await who.client.vaultBalance(who.account.address, devnet.token),
      allowance: await who.client.vaultAllowance(who.account.address, devnet.token),
      transactions: await devnet.publicClient.getTransactionCount({ address: who.account.address }),
    });
    const before = await facts();
    await work();
    assert.deepEqual(await facts(), before);
  }

  async function refusals(timeout = 500): Promise<Refusal[]> {
    const found: Refusal[] = [];
    const offers = await requestQuotes(buyer.client, spec, {
      allowPrivate: true,
      sizes: NO_SIZES,
      timeout,
      onRefusal: (refusal) => found.push(refusal),
    });
    assert.deepEqual(offers, []);
    return found;
  }

  for (const [name, { code, answer }] of Object.entries(HOSTILE)) {
    it(`survives a provider that ${name}`, () =>
      unchanged(async () => {
        provider.behaviour = { answer };
        const [refusal] = await refusals();
        assert.equal(refusal?.error.code, code);
        assert.doesNotMatch(refusal.error.message, /[\u0000-\u001f]/);
      }));
  }

  const other = toHex(7, { size: 32 });
  const lies: Readonly<Record<string, { code: string; behaviour: () => Behaviour }>> = {
    "a price above the highest": { code: "QUOTE_INVALID", behaviour: () => ({ price: 5_001n }) },
    "a quote for another job": {
      code: "QUOTE_INVALID",
      behaviour: () => ({ quote: (quote) => ({ ...quote, jobId: other }) }),
    },
    "another provider's quote": {
      code: "QUOTE_INVALID",
      behaviour: () => ({ quote: (quote) => ({ ...quote, provider: buyer.account.address }) }),
    },
    "an expired quote": {
      code: "QUOTE_EXPIRED",
      behaviour: () => ({ quote: (quote) => ({ ...quote, expiry: quote.expiry - 100n }) }),
    },
    "a quote that lives too long": {
      code: "QUOTE_INVALID",
      behaviour: () => ({ quote: (quote) => ({ ...quote, expiry: quote.expiry + 100n }) }),
    },
    "a cancelled quote": {
      code: "QUOTE_UNBACKED",
      behaviour: () => ({ quote: (quote) => ({ ...quote, nonce: quote.nonce + 1 }) }),
    },
    "too little collateral": {
      code: "QUOTE_UNBACKED",
      behaviour: () => ({ quote: (quote) => ({ ...quote, collateral: quote.collateral - 1n }) }),
    },
    "more collateral than it has": {
      code: "QUOTE_UNBACKED",
      behaviour: () => ({ quote: (quote) => ({ ...quote, collateral: 10n ** 24n }) }),
    },
    "a stranger's signature": { code: "QUOTE_SIGNATURE_INVALID", behaviour: () => ({ signer: poor }) },
  };
  for (const [name, { code, behaviour }] of Object.entries(lies)) {
    it(`refuses ${name}`, () =>
      unchanged(async () => {
        provider.behaviour = behaviour();
        assert.deepEqual(
          (await refusals(5_000)).map(({ error }) => error.code),
          [code],
        );
      }));
  }

  it("names the provider's reason when nobody makes an offer", () =>
    unchanged(async () => {
      provider.behaviour = { price: 6_000n };
      const job = await smallJob(devnet.token);
      await assert.rejects(buyer.glia.run(job), (error) => {
        assert.ok(error instanceof GliaError);
        assert.equal(error.code, "NO_OFFER");
        assert.match(error.message, /above the highest price 5000/);
        return true;
      });
    }));

  it("names endpoints that cannot be reached, and does not follow them into private networks", () =>
    unchanged(async () => {
      const [entry] = await listProviders(buyer.client);
      assert.ok(entry !== undefined);
      const codes: string[] = [];
      const ask = (endpoint: string, allowPrivate: boolean) =>
        requestQuotes(buyer.client, spec, {
          allowPrivate,
          sizes: NO_SIZES,
          providers: [{ ...entry, endpoint }],
          onRefusal: ({ error }) => codes.push(error.code),
        });
      await ask("http://127.0.0.1:1/", true);
      await ask("http://127.0.0.1:1/", false);
      await ask("https://169.254.169.254/latest", false);
      await ask("no url", true);
      assert.deepEqual(codes, ["PROVIDER_UNREACHABLE", "ENDPOINT_INVALID", "ENDPOINT_INVALID", "ENDPOINT_INVALID"]);
    }));

  it("refuses the wrong chain before anything is signed", () =>
    unchanged(async () => {
      const { publicClient, deployment } = devnet;
      const wallet = buyer.client.requireWallet();
      const client = createMarketClient({
        publicClient,
        walletClient: wallet,
        deployment: { ...deployment, chainId: 1 },
      });
      const glia = new GliaClient({ client, content: buyer.content, jobs: buyer.jobs });
      const wrong = { code: "WRONG_CHAIN", kind: "usage", message: /chain 31337; this market is on chain 1/ };
      await assert.rejects(glia.run(await smallJob(devnet.token)), wrong);
      await assert.rejects(glia.resume(other), wrong);
      await assert.rejects(sendCall(client, allowCall(deployment.vault, deployment.market, devnet.token, 1n)), wrong);
    }));

  it("refuses a record of another market, and unknown jobs", () =>
    unchanged(async () => {
      const { jobId } = await buyer.glia.prepare(await smallJob(devnet.token));
      const client = createMarketClient({ ...devnet, deployment: { ...devnet.deployment, market: devnet.token } });
      const glia = new GliaClient({ client, content: buyer.content, jobs: buyer.jobs });
      await assert.rejects(glia.resume(jobId), { code: "JOB_OF_OTHER_MARKET" });
      await assert.rejects(buyer.glia.resume(other), { code: "JOB_UNKNOWN" });
    }));

  it("says that a buyer without tokens lacks them, and how many", async () => {
    const empty = await makeBuyer(devnet, 999n, poor);
    await unchanged(async () => {
      await assert.rejects(empty.glia.run(await smallJob(devnet.token)), {
        code: "INSUFFICIENT_TOKENS",
        kind: "funds",
        hint: /Get 1 more units/,
      });
    }, empty);
  });

  it("says that a buyer without gas money lacks it, before asking for a signature", async () => {
    const broke = await makeBuyer(devnet, 5_000n, poor);
    await devnet.setBalance(poor.address, 1_000n);
    await unchanged(async () => {
      await assert.rejects(broke.glia.run(await smallJob(devnet.token)), {
        code: "INSUFFICIENT_GAS_MONEY",
        kind: "funds",
      });
    }, broke);
    await devnet.setBalance(poor.address, 10n ** 18n);
  });

  it("refuses tokens that the market does not take", () =>
    unchanged(async () => {
      await assert.rejects(buyer.glia.run(await smallJob(devnet.deployment.vault)), { code: "TOKEN_NOT_LISTED" });
    }));

  it("refuses malformed specs and files before anything is signed", () =>
    unchanged(async () => {
      const job = await smallJob(devnet.token);
      await assert.rejects(buyer.glia.run({ ...job, inputs: new Uint8Array(50) }), { code: "BATCH_HEADER_INVALID" });
      await assert.rejects(buyer.glia.run({ ...job, model: new Uint8Array() }), { code: "CONTENT_EMPTY" });
      await assert.rejects(buyer.glia.run({ ...job, maxItemOutputBytes: 0 }), { code: "OUTPUT_SIZE_INVALID" });
      const terms = { ...job.terms, declaredGain: 1n };
      await assert.rejects(buyer.glia.run({ ...job, terms }), { code: "SPEC_INVALID", message: /declaredGain/ });
    }));

  it("uses what is in the Vault, and sets only the allowance that is missing", async () => {
    const { vault, market } = devnet.deployment;
    const { client } = buyer;
    await sendCall(client, approveCall(devnet.token, vault, 10_000n));
    await sendCall(client, depositCall(vault, devnet.token, 10_000n));
    const whats: string[] = [];
    const hireOnce = async (allowance?: bigint): Promise<void> => {
      const { spec: next } = await buyer.glia.prepare(await smallJob(devnet.token));
      const [offer] = await requestQuotes(client, next, { allowPrivate: true, sizes: NO_SIZES });
      assert.ok(offer !== undefined);
      await hire(client, next, offer, {
        ...(allowance === undefined ? {} : { allowance }),
        hooks: ({ what }) => ({ onSent: () => void whats.push(what) }),
      });
    };
    await hireOnce(1_500n);
    assert.equal(await client.vaultAllowance(buyer.account.address, devnet.token), 500n);
    await sendCall(client, allowCall(vault, market, devnet.token, 1_000n));
    await hireOnce();
    assert.deepEqual(whats, ["allow and hire the provider", "hire the provider"]);
    assert.equal(await client.vaultBalance(buyer.account.address, devnet.token), 8_000n);
  });

  it("keeps apart two jobs that are hired at the same time", async () => {
    const { client } = buyer;
    const offers: { spec: JobSpec; offer: Offer }[] = [];
    for (let i = 0; i < 2; i++) {
      const { spec: next } = await buyer.glia.prepare(await smallJob(devnet.token));
      const [offer] = await requestQuotes(client, next, { allowPrivate: true, sizes: NO_SIZES });
      assert.ok(offer !== undefined);
      offers.push({ spec: next, offer });
    }
    const { vault, market } = devnet.deployment;
    await sendCall(client, allowCall(vault, market, devnet.token, 2_000n));
    await Promise.all(offers.map(({ spec: next, offer }) => hire(client, next, offer)));
    for (const { spec: next } of offers) {
      const { status } = await client.statusOf(hashJobSpec(next, client.domain));
      assert.equal(status, JobStatus.Assigned);
    }
  });

  it("posts an auction, and gets everything back when it is cancelled or expires", async () => {
    const before = await buyer.wealth();
    const now = (await devnet.publicClient.getBlock()).timestamp;
    const terms = {
      token: devnet.token,
      maxPrice: 3_000n,
      startPrice: 100n,
      auctionStart: now,
      auctionEnd: now + 500n,
    };
    const sources = ["https://gateway.example", "/ip4/192.0.2.1/tcp/4001"];
    const ids: Hex[] = [];
    for (let i = 0; i < 2; i++) {
      const { spec: auctioned } = await buyer.glia.prepare(await smallJob(devnet.token, { terms }));
      await assert.rejects(post(buyer.client, auctioned, ["a,b"]), { code: "SOURCES_INVALID" });
      ids.push((await post(buyer.client, auctioned, sources)).jobId);
    }
    const [first, second] = ids;
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(before - (await buyer.wealth()), 6_000n);
    await cancel(buyer.client, first);
    await assert.rejects(cancel(buyer.client, first), { code: "WRONG_STATUS" });
    await assert.rejects(expire(buyer.client, second), { code: "DEADLINE_NOT_REACHED" });
    await devnet.pass(501);
    await assert.rejects(buyer.glia.resume(second), { code: "JOB_EXPIRED", message: /taken by nobody.*refunded/ });
    assert.equal(await buyer.wealth(), before);
    const late = await buyer.glia.prepare(await smallJob(devnet.token, { terms }));
    await assert.rejects(post(buyer.client, late.spec, sources), { code: "SPEC_INVALID", message: /auctionEnd/ });
  });
});
