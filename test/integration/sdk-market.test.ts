/**
 * The buyer's client against the real contracts on a local chain. The providers are small doubles over real HTTP (sdk-provider.ts);
 * the real node is tested with its own package.
 */
import assert from "node:assert/strict";
import {
  bytesAccess,
  createReceipt,
  decodeReceipt,
  encodeReceipt,
  GliaClient,
  GliaError,
  hashJobSpec,
  hire,
  isPaid,
  jobFromEvents,
  JobStatus,
  openBatchFile,
  requestQuotes,
  requiredCollateral,
  settle,
  verifyReceipt,
} from "@glia/sdk";
import type { JobOutcome, Offer, ProgressEvent } from "@glia/sdk";
import { jobMarketAbi } from "@glia/contracts";
import { toHex } from "viem";
import type { Hex } from "viem";
import { startDevnet } from "./sdk-devnet.ts";
import type { Devnet } from "./sdk-devnet.ts";
import { makeBuyer, NO_SIZES, smallJob, worker } from "./sdk-buyer.ts";
import type { Buyer } from "./sdk-buyer.ts";
import { startProvider } from "./sdk-provider.ts";
import type { TestProvider } from "./sdk-provider.ts";

describe("GliaClient on a real chain", () => {
  let devnet: Devnet;
  let cheap: TestProvider;
  let dear: TestProvider;
  let providers: Map<string, TestProvider>;
  let buyer: Buyer;

  before(async function () {
    this.timeout(120_000);
    devnet = await startDevnet();
    const start = async (): Promise<TestProvider> => {
      const owner = devnet.account();
      const operator = devnet.account();
      const provider = await startProvider(owner.address, operator, devnet.clientOf(operator));
      await devnet.register(owner, operator.address, provider.endpoint);
      return provider;
    };
    [cheap, dear] = [await start(), await start()];
    providers = new Map([cheap, dear].map((provider) => [provider.endpoint, provider]));
    buyer = await makeBuyer(devnet, 1_000_000n);
  });

  after(async () => {
    await Promise.all([cheap.stop(), dear.stop()]);
    await devnet.stop();
  });

  beforeEach(() => {
    cheap.behaviour = { price: 1_000n };
    dear.behaviour = { price: 2_000n };
  });

  async function run(
    change: Parameters<typeof smallJob>[1] = {},
  ): Promise<{ outcome: JobOutcome; events: ProgressEvent[] }> {
    const { events, onProgress, done } = worker(providers);
    const outcome = await buyer.glia.run(await smallJob(devnet.token, { onProgress, ...change }));
    await done();
    return { outcome, events };
  }

  it("agrees with the contract on job ids and collateral", async () => {
    const { spec } = await buyer.glia.prepare(await smallJob(devnet.token));
    const { honestShareBps, burnBps } = await buyer.client.parameters();
    const { gliaPerToken } = await buyer.client.listing(devnet.token);
    for (const [declaredGain, checkBps, sampleSize] of [
      [5_000n, 200, 1],
      [5_001n, 10_000, 64],
      [123_456_789n, 777, 3],
      [7n, 3_333, 2],
    ] as const) {
      const other = { ...spec, declaredGain, checkBps, sampleSize };
      const factors = { gain: declaredGain, gliaPerToken, checkBps, sampleSize, honestShareBps, burnBps };
      assert.equal(requiredCollateral(factors), await buyer.client.requiredCollateral(other));
      const { market } = devnet.deployment;
      const onChain = await devnet.publicClient.readContract({
        address: market,
        abi: jobMarketAbi,
        functionName: "jobId",
        args: [other],
      });
      assert.equal(hashJobSpec(other, buyer.client.domain), onChain);
    }
  });

  it("hires the cheapest provider in one transaction, and pays for a result whose hashes it checked", async () => {
    const before = await buyer.wealth();
    const { outcome, events } = await run();
    assert.equal(before - (await buyer.wealth()), 1_000n);
    assert.equal(outcome.view.status, JobStatus.Settled);
    assert.equal(outcome.view.settlement?.paid, 990n);
    assert.equal(outcome.view.settlement.fee, 10n);
    assert.deepEqual(
      outcome.record.transactions.map(({ what }) => what),
      ["deposit and hire the provider", "accept the result and pay"],
    );
    assert.ok(outcome.record.transactions.every(({ hash, gasUsed, fee }) => hash !== undefined && gasUsed && fee));
    const outputs = await openBatchFile(outcome.outputs);
    assert.deepEqual((await outputs.item(2)).get("x")?.bytes, Uint8Array.of(6, 5, 4, 3));
    const steps = [...new Set(events.map(({ step }) => step))];
    for (const step of [
      "quoting",
      "uploading",
      "transaction",
      "hired",
      "running",
      "downloading",
      "verifying",
      "verified",
      "done",
    ]) {
      assert.ok(steps.includes(step as ProgressEvent["step"]), `no progress of ${step}`);
    }
    const upload = events.filter((event) => event.step === "uploading").at(-1);
    assert.equal(upload?.bytes, upload?.totalBytes);
  });

  it("shows the total cost before it signs, and sends nothing if told to stop", async () => {
    const [before, nonce] = [await buyer.wealth(), await nonceOf(buyer)];
    const stop = new GliaError("TOO_DEAR", "It costs too much.", { kind: "refused" });
    await assert.rejects(
      run({
        confirm: ({ cost, offer }) => {
          assert.equal(cost.tokens, offer.quote.price);
          assert.ok(cost.gasCost > 0n);
          throw stop;
        },
      }),
      stop,
    );
    assert.deepEqual([await buyer.wealth(), await nonceOf(buyer)], [before, nonce]);
  });

  it("makes a receipt that checks without the marketplace, and fails when anything in it is changed", async () => {
    const job = await smallJob(devnet.token);
    const { outcome } = await run({ model: job.model, inputs: job.inputs });
    const receipt = decodeReceipt(encodeReceipt(createReceipt(outcome.view, buyer.client.domain, outcome.record)));
    assert.deepEqual(receipt, outcome.receipt);
    const { publicClient } = devnet;
    const model = bytesAccess(job.model as Uint8Array);
    const inputs = bytesAccess(job.inputs as Uint8Array);
    const all = await verifyReceipt(receipt, { model, inputs, outputs: outcome.outputs, publicClient });
    assert.deepEqual(
      all.checks.map(({ name, result, reason }) => [name, result, reason]),
      ["receipt", "quote", "statement", "model", "inputs", "outputs", "chain"].map((name) => [name, "ok", undefined]),
    );
    const offline = await verifyReceipt(receipt);
    assert.equal(offline.ok, true);
    assert.equal(offline.checks.filter(({ result }) => result === "skipped").length, 4);

    const other = toHex(7, { size: 32 });
    assert.ok(isPaid(receipt) && receipt.quote !== undefined && receipt.statement !== undefined);
    const { settlement: _paid, ...unpaid } = receipt;
    for (const [name, wrong] of [
      ["receipt", { ...receipt, jobId: other }],
      ["receipt", { ...receipt, spec: { ...receipt.spec, modelId: other }, model: { ...receipt.model, id: other } }],
      ["receipt", { ...receipt, model: { ...receipt.model, cid: receipt.inputs.cid } }],
      ["receipt", { ...receipt, chainId: 1 }],
      ["quote", { ...receipt, quote: { ...receipt.quote, quote: { ...receipt.quote.quote, price: 1n } } }],
      ["quote", { ...receipt, operator: buyer.account.address, provider: buyer.account.address }],
      ["statement", { ...receipt, statement: { ...receipt.statement, runtime: "another/1" } }],
      ["statement", { ...receipt, outputs: { ...receipt.outputs, root: other } }],
      ["outputs", { ...receipt, outputs: { ...receipt.outputs, root: other } }],
      ["chain", { ...receipt, outputs: { ...receipt.outputs, root: other } }],
      ["chain", { ...receipt, settlement: { ...receipt.settlement, paid: 1n } }],
      ["chain", { ...receipt, settlement: receipt.revealed as typeof receipt.settlement }],
      ["receipt", unpaid],
      ["receipt", { ...receipt, refuted: { ...receipt.revealed, burned: 1n, reward: 0n } }],
      ["receipt", { ...receipt, assurance: { level: 1, drawn: true, attestations: 3 } }],
      ["assurance", { ...receipt, assurance: { level: 0, drawn: true, attestations: 3 } }],
    ] as const) {
      const report = await verifyReceipt(wrong, { model, inputs, outputs: outcome.outputs, publicClient });
      assert.equal(report.ok, false);
      assert.equal(report.checks.find((check) => check.name === name)?.result, "failed", `${name} passed`);
    }
    const wrongModel = await verifyReceipt(receipt, { model: inputs });
    assert.equal(wrongModel.checks.find(({ name }) => name === "model")?.result, "failed");
    assert.throws(() => decodeReceipt("{}"), { code: "RECEIPT_INVALID" });
  });

  for (const crash of ["quoting", "uploading", "hired", "running", "downloading", "verified", "done"] as const) {
    it(`goes on after a crash at "${crash}" without paying twice`, async () => {
      const before = await buyer.wealth();
      const { onProgress, done } = worker(providers);
      const job = await smallJob(devnet.token, {
        onProgress: (event) => {
          onProgress(event);
          if (event.step === crash) throw new Error("power cut");
        },
      });
      await assert.rejects(buyer.glia.run(job));
      const { jobId } = (await buyer.jobs.list()).at(-1) ?? {};
      assert.ok(jobId !== undefined);
      const outcome = await buyer.restart().resume(jobId, { onProgress, downloadPatience: 0, quoteTimeout: 1_000 });
      await done();
      assert.equal(outcome.view.status, JobStatus.Settled);
      assert.equal(before - (await buyer.wealth()), 1_000n);
      assert.equal((await verifyReceipt(outcome.receipt, { publicClient: devnet.publicClient })).ok, true);
    });
  }

  it("goes on after a crash between signing and remembering the hash", async () => {
    const before = await buyer.wealth();
    const { onProgress, done } = worker(providers);
    const job = await smallJob(devnet.token, {
      onProgress: (event) => {
        onProgress(event);
        if (event.step === "transaction" && event.hash !== undefined) throw new Error("power cut");
      },
    });
    await assert.rejects(buyer.glia.run(job));
    const record = (await buyer.jobs.list()).at(-1);
    assert.ok(record !== undefined);
    assert.equal(record.transactions.at(-1)?.hash, undefined);
    const offer = record.offer;
    assert.ok(offer !== undefined);
    const resumed = buyer.restart().resume(record.jobId, { onProgress, downloadPatience: 0 });
    await providers.get(offer.endpoint)?.perform(record.jobId);
    const outcome = await resumed;
    await done();
    assert.equal(outcome.record.transactions.filter(({ what }) => what.includes("hire")).length, 1);
    assert.equal(before - (await buyer.wealth()), 1_000n);
  });

  it("finishes a job of which only the chain knows", async () => {
    const { outcome } = await run();
    const record = await buyer.jobs.load(outcome.jobId);
    assert.ok(record !== undefined);
    const forgetful = await makeBuyer(devnet, 0n, buyer.account);
    // The content is there (a user has the files), the record is not.
    for (const cid of await buyer.content.pins()) {
      await forgetful.content.importCar(buyer.content.exportCar(cid), { roots: [cid], maxBytes: 1_000_000, pin: true });
    }
    const again = await forgetful.glia.resume(outcome.jobId);
    assert.equal(again.receipt.quote, undefined);
    assert.equal((await verifyReceipt(again.receipt, { publicClient: devnet.publicClient })).ok, true);
  });

  it("takes the next offer when a provider refuses the content", async () => {
    cheap.behaviour = { price: 1_000n, refuseContent: true };
    const { outcome, events } = await run();
    assert.equal(outcome.view.settlement?.paid, 1_980n);
    const refusal = events.find((event) => event.step === "quoting" && event.refusal !== undefined);
    assert.equal(refusal?.step === "quoting" && refusal.refusal?.error.details["code"], "MODEL_REFUSED");
  });

  it("reports a rejection with its reason, and the price is back", async () => {
    const before = await buyer.wealth();
    cheap.behaviour = { price: 1_000n, work: "reject" };
    await assert.rejects(run(), { code: "JOB_REJECTED", message: /MODEL_UNKNOWN.*refunded/ });
    assert.equal(await buyer.wealth(), before);
  });

  it("reclaims the price from a provider that never delivers", async () => {
    const before = await buyer.wealth();
    cheap.behaviour = { price: 1_000n, work: "nothing" };
    const { onProgress } = worker(providers);
    const job = await smallJob(devnet.token, {
      onProgress,
      terms: { token: devnet.token, maxPrice: 5_000n, executionWindow: 600 },
    });
    const ended = assert.rejects(
      buyer.glia.run({
        ...job,
        onProgress: (event) => {
          onProgress(event);
          if (event.step === "running") void devnet.pass(700);
        },
      }),
      { code: "JOB_DEFAULTED" },
    );
    await ended;
    assert.equal(await buyer.wealth(), before);
  });

  it("does not accept a result that is not what was revealed", async () => {
    cheap.behaviour = { price: 1_000n, resultRoot: toHex(9, { size: 32 }) };
    const before = await buyer.wealth();
    await assert.rejects(run(), { code: "RESULT_MISMATCH", kind: "verification" });
    const { jobId } = (await buyer.jobs.list()).at(-1) ?? {};
    assert.ok(jobId !== undefined);
    assert.equal((await buyer.client.statusOf(jobId)).status, JobStatus.Revealed);
    assert.equal(before - (await buyer.wealth()), 1_000n);
    // Nobody challenges at this level: after the window anyone may settle, and no moment sooner.
    await assert.rejects(settle(buyer.client, jobId), { code: "DEADLINE_NOT_REACHED", retryable: true });
    await devnet.pass(601);
    await settle(buyer.client, jobId);
    assert.equal((await buyer.client.statusOf(jobId)).status, JobStatus.Settled);
  });

  it("notices an RPC endpoint whose state and log differ", async () => {
    cheap.behaviour = { price: 1_000n, gateway: "wrong-bytes" };
    await assert.rejects(run(), { code: "CONTENT_UNAVAILABLE" });
    const { jobId } = (await buyer.jobs.list()).at(-1) ?? {};
    assert.ok(jobId !== undefined);
    const lying = {
      ...buyer.client,
      statusOf: async (id: Hex) => ({ ...(await buyer.client.statusOf(id)), jobHash: 1n }),
    };
    await assert.rejects(jobFromEvents(lying, jobId), { code: "JOB_HASH_MISMATCH", kind: "network" });
    assert.equal((await jobFromEvents(buyer.client, jobId)).jobId, jobId);
  });

  it("does not accept bytes that are not behind the CID", async () => {
    cheap.behaviour = { price: 1_000n, gateway: "wrong-bytes" };
    await assert.rejects(run(), { code: "CONTENT_UNAVAILABLE", kind: "verification" });
    const record = (await buyer.jobs.list()).at(-1);
    assert.ok(record !== undefined);
    assert.equal((await buyer.client.statusOf(record.jobId)).status, JobStatus.Revealed);
    assert.equal(record.verified, false);
    // The provider comes to its senses: the same job is finished.
    cheap.behaviour = { price: 1_000n };
    assert.equal((await buyer.restart().resume(record.jobId)).view.status, JobStatus.Settled);
  });

  it("refuses to hire twice with one quote, and balances stay", async () => {
    const { outcome } = await run();
    const before = await buyer.wealth();
    const { offer, spec } = outcome.record;
    assert.ok(offer !== undefined);
    await assert.rejects(hire(buyer.client, spec, offer), { code: "WRONG_STATUS", message: /is Settled/ });
    assert.equal(await buyer.wealth(), before);
  });

  it("keeps the provider's statement though the provider is down when the result is there", async () => {
    const { client, content, jobs } = buyer;
    const { onProgress, done } = worker(providers);
    let [isDown, failed] = [false, false];
    const flaky: typeof fetch = async (url, init) => {
      if (!isDown || failed) return fetch(url, init);
      // It is back once a download was tried in vain.
      failed = new Request(url).url.includes("/ipfs/");
      throw new TypeError("connection refused");
    };
    const glia = new GliaClient({ client, content, jobs, allowPrivate: true, interval: 20, fetch: flaky });
    const outcome = await glia.run(
      await smallJob(devnet.token, {
        downloadPatience: 10_000,
        onProgress: (event) => {
          isDown ||= event.step === "hired";
          onProgress(event);
        },
      }),
    );
    await done();
    assert.ok(failed);
    assert.equal(outcome.receipt.statement?.runtime, "double/1");
  });

  it("refuses to hire with a quote that expired, and balances stay", async () => {
    const before = await buyer.wealth();
    const { spec } = await buyer.glia.prepare(await smallJob(devnet.token));
    const [offer] = await requestQuotes(buyer.client, spec, { allowPrivate: true, sizes: NO_SIZES });
    assert.ok(offer !== undefined);
    await devnet.pass(61);
    await assert.rejects(hire(buyer.client, spec, offer), { code: "QUOTE_EXPIRED", kind: "timeout" });
    const forged: Offer = { ...offer, quote: { ...offer.quote, expiry: offer.quote.expiry + 1_000n } };
    await assert.rejects(hire(buyer.client, spec, forged), { code: "INVALID_SIGNATURE" });
    assert.equal(await buyer.wealth(), before);
  });

  async function nonceOf({ account }: Buyer): Promise<number> {
    return devnet.publicClient.getTransactionCount({ address: account.address });
  }
});
