import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";

import { GliaError, type JobSpec, type MarketClient } from "@glia/sdk";
import { type Hex, zeroHash } from "viem";

import type { Sender } from "../adapters/chain/sender.ts";
import { type Journal, openJournal } from "../adapters/store/journal.ts";
import { createLog } from "../util/log.ts";
import { createBidder } from "./bidder.ts";

const hash = (byte: number): Hex => `0x${byte.toString(16).padStart(2, "0").repeat(32)}`;
const ACCOUNT = "0x52908400098527886E0F7030069857D2E4169EE7";
const SOURCE = "https://gateway.example";
const NOW = 1_000n;
const SPEC: JobSpec = {
  ...{ buyer: ACCOUNT, payer: ACCOUNT, token: ACCOUNT, salt: hash(9), allowedProviders: zeroHash },
  ...{ modelId: hash(1), modelDigest: hash(2), batchRoot: hash(3), inputDigest: hash(4) },
  ...{ items: 1, maxItemOutputBytes: 4, startPrice: 0n, maxPrice: 9n, auctionStart: 0n, auctionEnd: 2_000n },
  ...{ rejectWindow: 1, executionWindow: 2, challengeWindow: 3, level: 0, checkBps: 0, sampleSize: 0 },
  ...{ auditPot: 0n, declaredGain: 9n, minStake: 0n, capabilities: 0n, determinism: 0 },
};

describe("bidder", () => {
  let directory: string;
  let journal: Journal;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "glia-bidder-"));
    journal = openJournal(join(directory, "journal.sqlite"));
  });
  afterEach(() => {
    journal.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Looks once at every open auction and says which are still open. No transaction is expected. */
  async function look(refusal: Error): Promise<Hex[]> {
    const { promise: asked, resolve } = Promise.withResolvers<undefined>();
    const publicClient = { getBlock: () => Promise.resolve({ timestamp: NOW }) };
    const bidder = createBidder({
      journal,
      client: { deployment: { market: ACCOUNT }, publicClient } as unknown as MarketClient,
      sender: { submit: () => assert.fail("nothing is to be taken") } as unknown as Sender,
      provider: ACCOUNT,
      offerer: {
        offer: ({ salt }) => {
          if (salt === hash(99)) resolve(undefined);
          return Promise.reject(refusal);
        },
      },
      marginBps: 0,
      isPaused: () => false,
      pollMs: 60_000,
      log: createLog({ level: "silent" }),
    });
    post(99, {});
    bidder.start();
    await asked;
    await bidder.stop();
    return journal.auctions.listOpen(10).map(({ jobId }) => jobId);
  }

  function post(job: number, changes: Partial<JobSpec>, sources: string[] = [SOURCE]): void {
    const spec = { ...SPEC, salt: hash(job), ...changes };
    journal.auctions.put({ jobId: hash(job), spec, sources, block: BigInt(job) });
  }

  it("closes what it will never take, so that it hides no other auction", async () => {
    post(1, {}, []);
    post(2, { allowedProviders: hash(7) });
    post(3, { auctionEnd: NOW - 1n });
    post(4, {});
    assert.deepEqual(await look(new GliaError("TOKEN_NOT_PRICED", "no price", { kind: "refused" })), []);
  });

  it("looks again at what it cannot take for now", async () => {
    post(1, {});
    const open = await look(new GliaError("NODE_FULL", "full", { kind: "refused", retryable: true }));
    assert.deepEqual(open, [hash(1), hash(99)]);
    assert.deepEqual(await look(new Error("the endpoint is away")), [hash(1), hash(99)]);
  });
});
