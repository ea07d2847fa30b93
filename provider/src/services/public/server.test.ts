import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, it } from "mocha";

import {
  createMemoryStore,
  createServedSet,
  GliaError,
  type ProviderInfo,
  type ServedSet,
  type ContentStore,
  type JobProgress,
} from "@glia/sdk";
import type { FastifyInstance } from "fastify";

import { createLog } from "../../util/log.ts";
import { createPublicServer } from "./server.ts";

const JOB = `0x${"ab".repeat(32)}`;

async function* partsOf(text: string): AsyncGenerator<Uint8Array> {
  for (const letter of text) yield Promise.resolve(new TextEncoder().encode(letter));
}

describe("public server", () => {
  let ended: PromiseWithResolvers<undefined>;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(new Uint8Array(2 ** 16));
    } finally {
      ended.resolve(undefined);
    }
  }

  let server: FastifyInstance;
  let store: ContentStore;
  let served: ServedSet;
  let upload: Promise<void>;

  beforeEach(async () => {
    store = createMemoryStore();
    served = createServedSet(store);
    server = await createPublicServer({
      info: () => Promise.resolve({ version: "1", capabilities: 5n } as unknown as ProviderInfo),
      quote: () => Promise.reject(new Error("secret detail at /home/operator")),
      takeContent: (_jobId, car) =>
        (upload = (async () => {
          for await (const _chunk of car);
        })()),
      uploadPace: { everyMs: 50, leastBytes: 1 },
      progress: () => Promise.resolve({ state: "quoted" } as unknown as JobProgress),
      audit: (jobId, { auditor, deadline }) => {
        if (deadline === 0n) throw new GliaError("AUDITOR_NOT_DRAWN", "not drawn", { kind: "refused" });
        return Promise.resolve(deadline === 1n ? endless() : partsOf(`${jobId} ${auditor}`));
      },
      store,
      served,
      requestsPerMinute: 12,
      trustProxy: false,
      tls: undefined,
      log: createLog({ level: "silent" }),
    });
  });
  afterEach(() => server.close());

  const codeOf = (response: { json(): unknown }): string => (response.json() as { error: { code: string } }).error.code;

  it("writes bigints as decimal strings and lets browsers of any origin ask", async () => {
    const response = await server.inject({ url: "/v1/info", headers: { origin: "https://dapp.example" } });
    assert.deepEqual(response.json(), { version: "1", capabilities: "5" });
    assert.equal(response.headers["access-control-allow-origin"], "https://dapp.example");
  });

  it("streams a CAR to a drawn auditor, and names what is wrong with another's request", async () => {
    const auditor = "0x52908400098527886E0F7030069857D2E4169EE7";
    const ask = (payload: object, jobId = JOB) =>
      server.inject({ method: "POST", url: `/v1/jobs/${jobId}/audit`, payload });
    const body = { auditor, deadline: "9", signature: "0x12" };
    const car = await ask(body);
    assert.deepEqual([car.statusCode, car.headers["content-type"], car.body], [200, "application/vnd.ipld.car", `${JOB} ${auditor}`]); // prettier-ignore
    assert.equal(codeOf(await ask({ ...body, deadline: "0" })), "AUDITOR_NOT_DRAWN");
    assert.equal(codeOf(await ask({ ...body, extra: 1 })), "AUDIT_REQUEST_MALFORMED");
    assert.equal(codeOf(await ask(body, "0x12")), "JOB_ID_MALFORMED");
  });

  it("names what is wrong with a request for a quote", async () => {
    const post = (payload: object | string) =>
      server.inject({ method: "POST", url: "/v1/quotes", headers: { "content-type": "application/json" }, payload });
    assert.deepEqual([(await post("{")).statusCode, (await post({})).statusCode], [400, 400]);
    assert.equal(
      codeOf(await post({ spec: {}, modelBytes: 1, inputBytes: 1, sources: [], deadline: "1", signature: "0x" })),
      "QUOTE_REQUEST_MALFORMED",
    );
    const large = await post({ sources: ["x".repeat(70_000)] });
    assert.deepEqual([large.statusCode, codeOf(large)], [413, "CONTENT_TOO_LARGE"]);
  });

  it("refuses uploads that are no CAR, and job ids that are none", async () => {
    const put = (url: string, type: string) =>
      server.inject({ method: "PUT", url, headers: { "content-type": type }, payload: "x" });
    const car = await put(`/v1/quotes/${JOB}/content`, "application/vnd.ipld.car");
    assert.deepEqual(car.json(), { ok: true });
    assert.equal((await put(`/v1/quotes/${JOB}/content`, "text/html")).statusCode, 400);
    assert.equal(codeOf(await put("/v1/quotes/0x12/content", "application/vnd.ipld.car")), "JOB_ID_MALFORMED");
    assert.equal(codeOf(await server.inject({ url: "/v1/jobs/latest" })), "JOB_ID_MALFORMED");
    assert.equal((await server.inject({ url: "/v1/status" })).statusCode, 404, "the control API is not here");
  });

  it("cuts a download whose reader stalls, and lets go of what it read from", async () => {
    ended = Promise.withResolvers();
    await server.listen({ host: "127.0.0.1", port: 0 });
    const address = server.server.address();
    assert.ok(address !== null && typeof address === "object");
    const socket = connect(address.port, "127.0.0.1");
    socket.pause();
    const auditor = "0x52908400098527886E0F7030069857D2E4169EE7";
    const body = JSON.stringify({ auditor, deadline: "1", signature: "0x12" });
    socket.write(
      `POST /v1/jobs/${JOB}/audit HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await ended.promise;
    socket.destroy();
  });

  it("cuts an upload that stalls, and goes on", async () => {
    await server.listen({ host: "127.0.0.1", port: 0 });
    const address = server.server.address();
    assert.ok(address !== null && typeof address === "object");
    const socket = connect(address.port, "127.0.0.1");
    const type = "application/vnd.ipld.car";
    socket.write(
      `PUT /v1/quotes/${JOB}/content HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: 9\r\n\r\nabc`,
    );
    socket.resume();
    await once(socket, "close");
    await assert.rejects(upload, { code: "UPLOAD_STALLED" });
    assert.equal((await server.inject({ url: "/v1/info" })).statusCode, 200);
  });

  it("serves an output only once it is published", async () => {
    const cid = await store.put(new TextEncoder().encode("an output"));
    const url = `/ipfs/${cid.toString()}?format=car`;
    assert.equal((await server.inject({ url })).statusCode, 404);
    await served.add(cid);
    const response = await server.inject({ url });
    assert.equal(response.statusCode, 200);
    assert.match(String(response.headers["content-type"]), /application\/vnd\.ipld\.car/);
    served.remove(cid);
    assert.equal((await server.inject({ url })).statusCode, 404);
  });

  it("tells strangers nothing about its own faults", async () => {
    const word = `0x${"00".repeat(32)}`;
    const account = `0x${"11".repeat(20)}`;
    const spec = {
      ...{ buyer: account, payer: account, token: account, salt: word, allowedProviders: word },
      ...{ modelId: word, modelDigest: word, batchRoot: word, inputDigest: word, items: 1, maxItemOutputBytes: 4 },
      ...{
        startPrice: "0",
        maxPrice: "1",
        auctionStart: "0",
        auctionEnd: "0",
        auditPot: "0",
        declaredGain: "1",
        minStake: "0",
      },
      ...{
        rejectWindow: 1,
        executionWindow: 1,
        challengeWindow: 1,
        level: 0,
        checkBps: 0,
        sampleSize: 1,
        capabilities: "0",
        determinism: 0,
      },
    };
    const payload = { spec, modelBytes: 1, inputBytes: 1, sources: [], deadline: "1", signature: "0x00" };
    const response = await server.inject({ method: "POST", url: "/v1/quotes", payload });
    assert.equal(response.statusCode, 500);
    assert.doesNotMatch(response.body, /secret|home/);
  });

  it("limits how often one address may ask", async () => {
    for (let i = 0; i < 12; i++) assert.equal((await server.inject({ url: "/v1/info" })).statusCode, 200);
    const response = await server.inject({ url: "/v1/info" });
    assert.deepEqual([response.statusCode, codeOf(response)], [429, "RATE_LIMITED"]);
  });
});
