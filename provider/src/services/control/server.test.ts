import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, it } from "mocha";

import type { FastifyInstance } from "fastify";

import { createLog } from "../../util/log.ts";
import { createControlServer } from "./server.ts";
import type { NodeStatus } from "./status.ts";
import { createToken, readToken, tokenPath } from "./token.ts";

describe("control API", () => {
  let directory: string;
  let server: FastifyInstance;
  let token: string;
  let draining: boolean;
  let ready: boolean;

  beforeEach(() => {
    directory = mkdtempSync(`${tmpdir()}/glia-control-`);
    token = createToken(directory);
    draining = false;
    ready = true;
    server = createControlServer({
      token,
      status: () =>
        Promise.resolve({ ready, problems: ready ? [] : ["No token has a price."] } as unknown as NodeStatus),
      jobs: () => [],
      drain: (on) => (draining = on),
      metrics: () => Promise.resolve("# HELP x y\n"),
      log: createLog({ level: "silent" }),
    });
  });
  afterEach(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const ask = (url: string, headers: Record<string, string>, body?: object) =>
    server.inject({
      url,
      method: body === undefined ? "GET" : "POST",
      headers: { host: "127.0.0.1:1", ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
  const bearer = (text: string): Record<string, string> => ({ authorization: `Bearer ${text}` });

  it("answers to the token from the file, which only its owner may read", async () => {
    assert.equal(statSync(tokenPath(directory)).mode & 0o777, 0o600);
    assert.equal((await ask("/v1/status", bearer(readToken(directory)))).statusCode, 200);
    chmodSync(tokenPath(directory), 0o644);
    assert.throws(() => readToken(directory), { code: "SECRET_FILE_TOO_OPEN" });
  });

  it("refuses a missing and a wrong token", async () => {
    for (const headers of [{}, bearer("wrong"), { authorization: token }, bearer(token.slice(1))]) {
      for (const url of ["/v1/status", "/v1/jobs"]) assert.equal((await ask(url, headers)).statusCode, 401, url);
    }
    assert.equal((await ask("/v1/drain", {}, { on: true })).statusCode, 401);
    assert.equal(draining, false);
  });

  it("refuses other host names, as a rebinding web page sends them, with the right token too", async () => {
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:1"]) {
      assert.equal((await ask("/v1/status", { ...bearer(token), host })).statusCode, 403, host);
      assert.equal((await ask("/healthz", { host })).statusCode, 403, host);
    }
    for (const host of ["localhost:5", "[::1]:5"])
      assert.equal((await ask("/v1/status", { ...bearer(token), host })).statusCode, 200);
  });

  it("sends no CORS headers", async () => {
    const { headers } = await ask("/v1/status", { ...bearer(token), origin: "https://evil.example" });
    assert.equal(headers["access-control-allow-origin"], undefined);
  });

  it("drains, and refuses malformed orders", async () => {
    assert.equal((await ask("/v1/drain", bearer(token), { on: true })).statusCode, 200);
    assert.equal(draining, true);
    assert.equal((await ask("/v1/drain", bearer(token), { on: "yes" })).statusCode, 400);
    assert.equal((await ask("/v1/drain", bearer(token), { on: false, more: 1 })).statusCode, 400);
  });

  it("tells probes and Prometheus without a token how the node is", async () => {
    assert.equal((await ask("/healthz", {})).statusCode, 200);
    assert.equal((await ask("/readyz", {})).statusCode, 200);
    ready = false;
    const answer = await ask("/readyz", {});
    assert.deepEqual(
      [answer.statusCode, answer.json<{ problems: string[] }>().problems],
      [503, ["No token has a price."]],
    );
    assert.equal((await ask("/metrics", {})).body, "# HELP x y\n");
  });
});
