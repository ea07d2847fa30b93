/**
 * What the crash test leaves open: auctions, rejections and settlements that a SIGKILL interrupts, and a node whose database
 * was deleted in the middle of a job.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";

import type { JobPoint } from "@glia/provider";
import { chainTime, createGateway, JobStatus, post } from "@glia/sdk";
import type { Hex } from "viem";

import { nodeJob } from "./node-jobs.ts";
import { answersTo, eventually } from "./node-observe.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

describe("a node that lost its memory or was interrupted", function () {
  this.timeout(180_000);
  let world: NodeWorld;
  let node: TestNode;
  let buyer: Buyer;
  let gateway: Server;
  let source: string;

  before(async () => {
    world = await startNodeWorld();
    node = await world.addNode();
    buyer = await makeBuyer(world.devnet, 10_000_000n);
    const serve = createGateway({ store: buyer.content, isServed: () => true });
    gateway = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://gateway");
      void serve({ path: url.pathname, query: url.searchParams, accept: request.headers.accept }).then(
        ({ status, headers, body }) => {
          response.writeHead(status, { ...headers });
          Readable.from(body).pipe(response);
        },
      );
    }).listen(0, "127.0.0.1");
    await once(gateway, "listening");
    source = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  });
  after(async () => {
    gateway.closeAllConnections();
    gateway.close();
    await world.stop();
  });
  afterEach(() => node.stop());

  async function statusIs(jobId: Hex, wanted: JobStatus): Promise<void> {
    await eventually(async () => (await buyer.client.statusOf(jobId)).status === wanted);
  }

  /** Starts the node, lets something happen, waits until the node killed itself at `point`, and starts it again. */
  async function interruptedAt(point: JobPoint, act: () => Promise<Hex>): Promise<Hex> {
    await node.start(point);
    const jobId = await act();
    assert.equal(await node.ended(), "SIGKILL");
    await node.start();
    return jobId;
  }

  /** Posts a job to the auction; the bytes are to be had at the buyer's gateway. */
  async function postJob(model?: Uint8Array): Promise<Hex> {
    const now = await chainTime(buyer.client.publicClient);
    const auction = { startPrice: 5_000n, auctionStart: now - 1n, auctionEnd: now + 600n };
    const options = await nodeJob(world.devnet.token, { ...(model === undefined ? {} : { model }) });
    const { spec } = await buyer.glia.prepare({ ...options, terms: { ...options.terms, ...auction } });
    return (await post(buyer.client, spec, [source])).jobId;
  }

  for (const point of ["take-signed", "take-sent", "hire-seen"] as const) {
    it(`killed at ${point} finishes a job from the auction`, async () => {
      const jobId = await interruptedAt(point, () => postJob());
      await statusIs(jobId, JobStatus.Revealed);
      assert.equal((await answersTo(world.devnet, node, jobId)).length, 1);
      await buyer.glia.resume(jobId);
    });
  }

  for (const point of ["reject-signed", "reject-sent", "rejected"] as const) {
    it(`killed at ${point} rejects an impossible job once, and the buyer has everything back`, async () => {
      const before = await buyer.wealth();
      const garbage = new TextEncoder().encode(`no model, ${point}`);
      const jobId = await interruptedAt(point, () => postJob(garbage));
      await statusIs(jobId, JobStatus.Rejected);
      assert.equal((await answersTo(world.devnet, node, jobId)).length, 1);
      assert.equal(await buyer.wealth(), before);
    });
  }

  for (const point of ["settle-signed", "settle-sent", "settled"] as const) {
    it(`killed at ${point} is paid for a job whose buyer is silent`, async () => {
      const jobId = await interruptedAt(point, async () => {
        const id = await postJob();
        await statusIs(id, JobStatus.Revealed);
        await world.devnet.pass(3_600);
        return id;
      });
      await statusIs(jobId, JobStatus.Settled);
      assert.equal((await answersTo(world.devnet, node, jobId)).length, 1);
    });
  }

  for (const point of ["hire-seen", "result-recorded", "reveal-signed", "reveal-sent", "reveal-mined"] as const) {
    it(`whose database is deleted at ${point} recovers the job from the chain`, async () => {
      await node.start(point);
      const jobId = await postJob();
      assert.equal(await node.ended(), "SIGKILL");
      for (const end of ["", "-wal", "-shm"]) rmSync(join(node.directory, `journal.sqlite${end}`), { force: true });
      await node.start();
      await statusIs(jobId, JobStatus.Revealed);
      const { view } = await buyer.glia.resume(jobId);
      assert.deepEqual(await answersTo(world.devnet, node, jobId), [view.revealed?.transactionHash]);
    });
  }
});
