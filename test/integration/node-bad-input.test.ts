/** Bad input against a real node: each case has a named error, and nothing of it costs anybody money. */
import assert from "node:assert/strict";

import { AssuranceLevel, digestToCid, httpStatus, requestQuotes, signQuoteRequest, toJson } from "@glia/sdk";
import type { JobSpec } from "@glia/sdk";
import { Readable } from "node:stream";
import { type Hex, zeroAddress } from "viem";

import { auditedJob, deployModule, setModule } from "./audit-world.ts";
import { nodeJob } from "./node-jobs.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

describe("bad input to a node", function () {
  this.timeout(120_000);
  let world: NodeWorld;
  let node: TestNode;
  let buyer: Buyer;
  let poor: Buyer;

  before(async () => {
    world = await startNodeWorld();
    node = await world.addNode({
      maxItems: 4,
      minExecutionWindow: 5,
      prices: { [world.devnet.token]: { base: "1000", perItem: "10", perMegabyteModel: "7", perMegabyteInput: "5" } },
    });
    await node.start();
    buyer = await makeBuyer(world.devnet, 1_000_000n);
    poor = await makeBuyer(world.devnet, 0n);
  });
  after(() => world.stop());

  interface Answer {
    readonly status: number;
    readonly code: string | undefined;
  }

  async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${node.url}${path}`, init);
    const body = (await response.json()) as { error?: { code: string } };
    return { status: response.status, code: body.error?.code };
  }

  async function specOf(
    who: Buyer,
    change: Partial<JobSpec> = {},
    model?: Uint8Array,
  ): Promise<{ jobId: Hex; spec: JobSpec }> {
    const options = await nodeJob(world.devnet.token, model === undefined ? {} : { model });
    return who.glia.prepare({ ...options, terms: { ...options.terms, ...change } });
  }

  async function requestQuote(
    who: Buyer,
    { jobId, spec }: { jobId: Hex; spec: JobSpec },
    { ahead = 60n, modelBytes = 1_000 } = {},
  ): Promise<Answer> {
    const { timestamp } = await world.devnet.publicClient.getBlock();
    const deadline = timestamp + ahead;
    const request = { jobId, provider: node.owner.address, deadline };
    const signature = await signQuoteRequest(who.account, request, who.client.domain);
    const body = toJson({ spec, modelBytes, inputBytes: 1_000, sources: [], deadline, signature });
    return ask("/v1/quotes", { method: "POST", headers: { "content-type": "application/json" }, body });
  }

  async function upload(jobId: Hex, who: Buyer, digests: readonly Hex[]): Promise<Answer> {
    const body = Readable.toWeb(Readable.from(who.content.exportCar(digests.map(digestToCid)))) as BodyInit;
    const headers = { "content-type": "application/vnd.ipld.car" };
    return ask(`/v1/quotes/${jobId}/content`, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
  }

  it("names a buyer without money, a stranger's signature and a stale request", async () => {
    assert.deepEqual(await requestQuote(poor, await specOf(poor)), { status: 402, code: "PAYER_BALANCE_TOO_SMALL" });
    assert.deepEqual(await requestQuote(poor, await specOf(buyer)), { status: 422, code: "QUOTE_REQUEST_SIGNATURE" });
    assert.deepEqual(await requestQuote(buyer, await specOf(buyer), { ahead: 100_000n }), {
      status: 403,
      code: "QUOTE_REQUEST_STALE",
    });
  });

  it("names terms that it does not offer", async () => {
    const refused = httpStatus("refused");
    const { registry } = world.devnet.deployment;
    const { spec, jobId } = await specOf(buyer, { maxPrice: 1_000n });
    assert.deepEqual(await requestQuote(buyer, { spec, jobId }), { status: refused, code: "PRICE_ABOVE_MAXIMUM" });
    assert.deepEqual(await requestQuote(buyer, await specOf(buyer, { token: registry })), {
      status: refused,
      code: "TOKEN_NOT_PRICED",
    });
    assert.deepEqual(await requestQuote(buyer, await specOf(buyer, { capabilities: 1n })), {
      status: refused,
      code: "CAPABILITIES_MISSING",
    });
  });

  it("names an assurance module that it cannot serve, and serves one that it can", async () => {
    const refused = httpStatus("refused");
    const { devnet } = world;
    const right = await buyer.client.moduleOf(AssuranceLevel.Audited);
    const quoteAt = async (seed: number, level: AssuranceLevel): Promise<Answer> => {
      const pot = level === AssuranceLevel.Audited ? {} : { auditPot: 0n };
      return requestQuote(buyer, await buyer.glia.prepare(await auditedJob(devnet.token, seed, { level, ...pot })));
    };
    // A contract that is no module, an address without code, and a module that leaves no time to move.
    const short = await deployModule(devnet, { moveWindow: 1 });
    const cases = [
      [devnet.deployment.vault, "MODULE_UNKNOWN"],
      ["0x1111111111111111111111111111111111111111", "MODULE_UNKNOWN"],
      [short, "WINDOW_TOO_SHORT"],
    ] as const;
    for (const [module, code] of cases) {
      await setModule(devnet, module);
      for (const level of [AssuranceLevel.Optimistic, AssuranceLevel.Audited])
        assert.deepEqual(await quoteAt(201, level), { status: refused, code });
    }
    await setModule(devnet, zeroAddress);
    assert.deepEqual(await quoteAt(201, AssuranceLevel.Optimistic), { status: 200, code: undefined });
    await setModule(devnet, right);
    assert.deepEqual(await quoteAt(201, AssuranceLevel.Audited), { status: 200, code: undefined });
  });

  it("tells before anybody pays that a model cannot be run, and takes nothing but what was quoted", async () => {
    const bad = await specOf(buyer, {}, new TextEncoder().encode("this is no model"));
    assert.equal((await requestQuote(buyer, bad)).status, 200);
    const { modelDigest, inputDigest } = bad.spec;
    assert.deepEqual(await upload(bad.jobId, buyer, [modelDigest, inputDigest]), {
      status: 403,
      code: "MODEL_REFUSED",
    });
    const other = await specOf(buyer);
    assert.deepEqual(await upload(other.jobId, buyer, [other.spec.modelDigest]), {
      status: 404,
      code: "QUOTE_UNKNOWN",
    });
    assert.deepEqual(await upload(bad.jobId, buyer, [other.spec.modelDigest]), {
      status: 422,
      code: "CAR_ROOT_UNEXPECTED",
    });
    assert.equal(await buyer.wealth(), 1_000_000n);
  });

  it("prices every started megabyte of the files", async () => {
    const { spec } = await specOf(buyer);
    const sizes = { modelBytes: 2 ** 21 + 1, inputBytes: 1 };
    const [offer] = await requestQuotes(buyer.client, spec, { sizes, allowPrivate: true, timeout: 15_000 });
    assert.equal(offer?.quote.price, 1_030n + 21n + 5n);
  });

  it("takes no file that is larger than the one it was asked a price for", async () => {
    const job = await specOf(buyer);
    assert.equal((await requestQuote(buyer, job, { modelBytes: 1 })).status, 200);
    const { modelDigest, inputDigest } = job.spec;
    assert.deepEqual(await upload(job.jobId, buyer, [modelDigest, inputDigest]), {
      status: 413,
      code: "CONTENT_TOO_LARGE",
    });
  });

  it("knows no job that was never here", async () => {
    assert.deepEqual(await ask(`/v1/jobs/0x${"12".repeat(32)}`), { status: 404, code: "JOB_UNKNOWN" });
  });
});
