import assert from "node:assert/strict";

import { GliaError } from "@glia/sdk";
import type { Hex } from "viem";

import { watchAll } from "./watch-all.ts";
import { lineOf, type WatchEvent } from "./watch-event.ts";

const A: Hex = `0x${"aa".repeat(32)}`;
const B: Hex = `0x${"bb".repeat(32)}`;
const C: Hex = `0x${"cc".repeat(32)}`;

const network = new GliaError("RPC_UNREACHABLE", "It does not answer.", { kind: "network", retryable: true });
const lost = new GliaError("CONTENT_MISSING", "It is not here.", { kind: "input" });

describe("watching jobs side by side", () => {
  it("tries again what may pass, gives up what will not, and tells both", async () => {
    const told: (readonly [Hex, WatchEvent])[] = [];
    let looks = 0;
    const { ends, failures } = await watchAll({
      list: () => Promise.resolve([A, B, A]),
      watch: (jobId) => {
        if (jobId === B) return Promise.reject(lost);
        looks += 1;
        return looks < 2 ? Promise.reject(network) : Promise.resolve({ jobId });
      },
      mayPass: ({ retryable }) => retryable,
      once: true,
      tell: (jobId, event) => told.push([jobId, event]),
      signal: AbortSignal.timeout(30_000),
    });
    assert.deepEqual(ends, [{ jobId: A }]);
    assert.deepEqual(failures, [{ jobId: B, error: lost }]);
    assert.equal(looks, 2);
    assert.deepEqual(
      new Map(told.map(([jobId, event]) => [jobId, event.event === "trouble" && event.again])),
      new Map([
        [A, true],
        [B, false],
      ]),
    );
  });

  it("ends when it is aborted, with what is known by then", async () => {
    const stop = new AbortController();
    const { ends, failures } = await watchAll({
      list: () => Promise.resolve([A, C]),
      watch: (jobId) =>
        jobId === A
          ? Promise.resolve(jobId)
          : new Promise<Hex>((_, reject) => {
              stop.signal.addEventListener("abort", () => {
                reject(new Error("aborted"));
              });
              stop.abort(new Error("stopped"));
            }),
      mayPass: () => true,
      once: false,
      tell: () => undefined,
      signal: stop.signal,
    });
    assert.deepEqual([ends, failures], [[A], []]);
  });

  it("fails at once where there is nothing to list, and later goes on with what it has", async () => {
    const options = { watch: () => Promise.resolve(0), mayPass: () => true, once: true, tell: () => undefined };
    const signal = AbortSignal.timeout(30_000);
    await assert.rejects(watchAll({ ...options, list: () => Promise.reject(lost), signal }), lost);
    let asked = 0;
    const list = (): Promise<Hex[]> => (++asked === 1 ? Promise.resolve([A]) : Promise.reject(network));
    assert.deepEqual((await watchAll({ ...options, list, signal })).ends, [0]);
  });
});

describe("an event's line", () => {
  it("hides nothing that matters, and lets no provider's text write to the terminal", () => {
    const stuck = lineOf({
      event: "stuck",
      what: "job 0x respond 1",
      until: 0,
      code: "NO_EVIDENCE",
      why: "gone\u001b[2J",
    });
    assert.match(stuck, /^CANNOT ANSWER job 0x respond 1 by 1970-01-01T00:00:00.000Z: gone.* \[NO_EVIDENCE\]$/);
    assert.ok(!stuck.includes("\u001b"));
    assert.match(
      lineOf({ event: "wrong", item: 2, provable: false, what: "item 2" }),
      /not exact, so nothing can be proven/,
    );
  });
});
