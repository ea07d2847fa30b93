/** A chain that takes back what a real node saw on it. */
import assert from "node:assert/strict";

import { type JobProgress, jobProgressSchema, JobStatus } from "@glia/sdk";
import type { Hex } from "viem";

import { nodeJob } from "./node-jobs.ts";
import { answersTo, eventually } from "./node-observe.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

/** More blocks than were taken back, so that the other chain is the longer one. */
const BLOCKS = 20;

describe("a node on a chain that is reorganised", function () {
  this.timeout(180_000);
  let world: NodeWorld;
  let node: TestNode;
  let buyer: Buyer;

  beforeEach(async () => {
    world = await startNodeWorld();
    node = await world.addNode();
    buyer = await makeBuyer(world.devnet, 1_000_000n);
  });
  afterEach(() => world.stop());

  /** Hires the node and loses interest. */
  async function hireOnly(): Promise<Hex> {
    const silent = new AbortController();
    let hired: Hex | undefined;
    const options = await nodeJob(world.devnet.token, {
      signal: silent.signal,
      onProgress: ({ step, jobId }) => {
        if (step !== "hired") return;
        hired = jobId;
        silent.abort();
      },
    });
    await assert.rejects(buyer.glia.run(options));
    assert.ok(hired !== undefined);
    return hired;
  }

  const status = async (jobId: Hex): Promise<JobStatus> => (await buyer.client.statusOf(jobId)).status;

  async function atNode(jobId: Hex): Promise<JobProgress> {
    return jobProgressSchema.parse(await (await fetch(`${node.url}/v1/jobs/${jobId}`)).json());
  }

  it("sends the same reveal again when it was taken back", async () => {
    await node.start("reveal-signed");
    const jobId = await hireOnly();
    assert.equal(await node.ended(), "SIGKILL");
    const reorganise = await world.devnet.fork();
    await node.start();
    await eventually(async () => (await atNode(jobId)).state === "revealed");
    const before = await answersTo(world.devnet, node, jobId);
    await reorganise(BLOCKS);
    await eventually(async () => (await status(jobId)) === JobStatus.Revealed);
    assert.equal(before.length, 1);
    assert.deepEqual(await answersTo(world.devnet, node, jobId), before);
    // The new chain does not know where the node moved to; starting says it again.
    await node.stop();
    await node.start();
    const { view } = await buyer.glia.resume(jobId);
    assert.equal(view.status, JobStatus.Settled);
  });

  it("gives up a job whose hire was taken back, and gives the same result if it is hired again", async () => {
    await node.start();
    const reorganise = await world.devnet.fork();
    const before = await buyer.wealth();
    const jobId = await hireOnly();
    await eventually(async () => (await atNode(jobId)).state === "revealed");
    const { result } = await atNode(jobId);
    await reorganise(BLOCKS);
    assert.equal(await status(jobId), JobStatus.None);
    await eventually(async () => (await atNode(jobId)).state === "failed");
    const { view } = await buyer.glia.resume(jobId, { quoteTimeout: 15_000 });
    assert.equal(view.status, JobStatus.Settled);
    assert.equal(view.job.resultRoot, result?.resultRoot);
    assert.equal(before - (await buyer.wealth()), 1_030n);
  });
});
