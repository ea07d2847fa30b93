import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, it } from "mocha";

import { createMemoryStore, type JobSpec } from "@glia/sdk";
import { type Hex, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

import { createAuditContent } from "./audit-content.ts";
import { createGuardedFetch, type GuardedFetch } from "./guarded-fetch.ts";

const JOB: Hex = `0x${"ab".repeat(32)}`;
const MAX_BYTES = 1_000_000;

describe("content from an audited provider that is hostile", () => {
  let server: Server;
  let guarded: GuardedFetch;
  let sent: number;

  beforeEach(() => {
    guarded = createGuardedFetch({ allowLoopback: true });
    sent = 0;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await guarded.close();
  });

  async function ask(answer: RequestListener, { allowLoopback = true, timeoutMs = 60_000 } = {}): Promise<void> {
    server = createServer(answer).listen(0, "127.0.0.1");
    await once(server, "listening");
    const fetchContent = createAuditContent({
      store: createMemoryStore(),
      fetch: guarded.fetch,
      domain: { chainId: 1, market: zeroAddress },
      operator: privateKeyToAccount(generatePrivateKey()),
      auditor: zeroAddress,
      allowLoopback,
      maxBytes: MAX_BYTES,
      timeoutMs,
    });
    const spec = { modelDigest: `0x${"01".repeat(32)}`, inputDigest: `0x${"02".repeat(32)}` } as unknown as JobSpec;
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await fetchContent({ jobId: JOB, spec, endpoint, now: 1n }, new AbortController().signal);
  }

  /** An answer without an end; it counts what it could get rid of. */
  const endless =
    (status: number, headers: Record<string, string> = {}): RequestListener =>
    (_request, response) => {
      response.writeHead(status, headers);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, "x"))) sent += 65_536;
        response.once("drain", more);
      };
      more();
    };

  it("has no more of a refusal read than its beginning", async () => {
    await assert.rejects(ask(endless(500)), {
      code: "AUDIT_CONTENT_REFUSED",
      message: /answered 500 and said nothing/,
    });
    assert.ok(sent < 100_000_000);
  });

  it("is not followed to another address", async () => {
    const redirect = ask((_request, response) => response.writeHead(307, { location: "http://10.0.0.1/" }).end());
    await assert.rejects(redirect, { code: "AUDIT_CONTENT_REFUSED", message: /answered 307/ });
  });

  it("is not looked for on this machine or in its network", async () => {
    await assert.rejects(ask(endless(200), { allowLoopback: false }), { code: "ENDPOINT_INVALID" });
    assert.equal(sent, 0);
  });

  it("is cut where the answer is no CAR, however long it is", async () => {
    await assert.rejects(ask(endless(200, { "content-type": "application/vnd.ipld.car" })));
    assert.ok(sent < 100_000_000);
  });

  it("is not waited for longer than agreed", async () => {
    await assert.rejects(
      ask(() => undefined, { timeoutMs: 200 }),
      { name: "TimeoutError" },
    );
  });
});
