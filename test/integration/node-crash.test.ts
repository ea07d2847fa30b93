/**
 * A node is killed with SIGKILL at each named point of a job's life. It comes back, does what is left to do, and the chain
 * never sees two different results for one job.
 */
import assert from "node:assert/strict";

import type { JobPoint } from "@glia/provider";

import { nodeJob } from "./node-jobs.ts";
import { answersTo } from "./node-observe.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

/** Points that a quoted and accepted job passes; the others belong to auctions, rejections and settlements and have tests of their own. */
const POINTS: readonly JobPoint[] = [
  "quote-signed",
  "content-stored",
  "hire-seen",
  "fetched",
  "gated",
  "run-started",
  "run-finished",
  "result-recorded",
  "reveal-signed",
  "reveal-sent",
  "reveal-mined",
];

describe("a node that is killed", function () {
  this.timeout(180_000);
  let world: NodeWorld;
  let node: TestNode;
  let buyer: Buyer;

  before(async () => {
    world = await startNodeWorld();
    node = await world.addNode();
    buyer = await makeBuyer(world.devnet, 10_000_000n);
  });
  after(() => world.stop());
  afterEach(() => node.stop());

  for (const point of POINTS) {
    it(`at ${point} finishes the job after its restart`, async () => {
      await node.start(point);
      const killed = node.ended().then(async (signal) => {
        assert.equal(signal, "SIGKILL");
        await node.start();
      });
      const options = await nodeJob(world.devnet.token, { downloadPatience: 20_000 });
      const record = await buyer.glia.prepare(options);
      const outcome = await untilDone(() => buyer.restart().resume(record.jobId, options), killed);
      assert.equal(outcome.view.settlement !== undefined, true);
      assert.deepEqual(await answersTo(world.devnet, node, record.jobId), [outcome.view.revealed?.transactionHash]);
    });
  }

  /** A buyer whose request meets the dead node tries again once it is back; anything else is an error. */
  async function untilDone<T>(attempt: () => Promise<T>, killed: Promise<void>): Promise<T> {
    try {
      return await attempt();
    } catch {
      await killed;
      return await attempt();
    } finally {
      await killed;
    }
  }
});
