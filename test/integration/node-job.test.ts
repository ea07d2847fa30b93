/** One job from quote to withdrawal, with a real node process. */
import assert from "node:assert/strict";

import { openBatchFile, readElements } from "@glia/sdk";

import { nodeJob } from "./node-jobs.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import { makeBuyer } from "./sdk-buyer.ts";

describe("a node and a buyer", () => {
  let world: NodeWorld;
  let node: TestNode;

  before(async function () {
    this.timeout(120_000);
    world = await startNodeWorld();
    node = await world.addNode();
    await node.start();
  });
  after(() => world.stop());

  it("do a whole job: quote, upload, hire, reveal, accept", async () => {
    const buyer = await makeBuyer(world.devnet, 1_000_000n);
    const outcome = await buyer.glia.run(await nodeJob(world.devnet.token));
    const batch = await openBatchFile(outcome.outputs);
    assert.equal(batch.header.items, 3);
    const y = (await batch.item(1)).get("y");
    assert.ok(y !== undefined);
    assert.deepEqual([...readElements(y)], [3, 3, 2, -1]);
    const { settlement } = outcome.view;
    assert.equal((settlement?.paid ?? 0n) + (settlement?.fee ?? 0n), 1_030n);
    assert.equal(await buyer.wealth(), 1_000_000n - 1_030n);
    assert.match(outcome.receipt.statement?.runtime ?? "", /^onnxruntime-node\/[\d.]+\/cpu$/);
  });
});
