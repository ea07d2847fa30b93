/** Bytes that move between buyer and node by Bitswap alone. */
import assert from "node:assert/strict";

import { createMemoryStore, digestToCid, fetchContent, infoSchema } from "@glia/sdk";
import { openPeer, type Peer } from "@glia/sdk/node";

import { nodeJob } from "./node-jobs.ts";
import { type NodeWorld, startNodeWorld, type TestNode } from "./node-world.ts";
import { type Buyer, makeBuyer } from "./sdk-buyer.ts";

const LOOPBACK = "/ip4/127.0.0.1/tcp/0";

describe("a node that speaks Bitswap", function () {
  this.timeout(180_000);
  let world: NodeWorld;
  let node: TestNode;
  let buyer: Buyer;
  const elsewhere = createMemoryStore();
  let peer: Peer;
  let stranger: Peer;

  before(async () => {
    world = await startNodeWorld();
    node = await world.addNode({ listen: [LOOPBACK] });
    await node.start();
    buyer = await makeBuyer(world.devnet, 1_000_000n);
    peer = await openPeer({ store: buyer.content, isServed: () => true, listen: [LOOPBACK] });
    stranger = await openPeer({ store: elsewhere, isServed: () => false, blockTimeoutMs: 3_000 });
  });
  after(async () => {
    await Promise.all([peer.close(), stranger.close()]);
    await world.stop();
  });

  it("fetches a job from the buyer's peer, and gives out its result and nothing else", async () => {
    const uploads: unknown[] = [];
    const outcome = await buyer.glia.run(
      await nodeJob(world.devnet.token, {
        sources: peer.addresses,
        onProgress: (event) => event.step === "uploading" && uploads.push(event),
      }),
    );
    assert.deepEqual(uploads, []);
    const { peers } = infoSchema.parse(await (await fetch(`${node.url}/v1/info`)).json());
    assert.equal(peers.length, 1);
    const take = (digest: `0x${string}`): Promise<void> =>
      fetchContent(digestToCid(digest), peers, elsewhere, { peer: stranger, maxBytes: 100_000 });
    const { outputDigest, spec } = outcome.view;
    assert.ok(outputDigest !== undefined);
    await take(outputDigest);
    assert.ok(await elsewhere.has(digestToCid(outputDigest)));
    await assert.rejects(take(spec.modelDigest), { code: "CONTENT_UNAVAILABLE" });
  });

  it("ends at once when it cannot listen", async () => {
    const other = await world.addNode({ listen: [String(peer.addresses[0]).replace(/\/p2p\/.*/, "")] });
    await assert.rejects(other.start(), /LISTEN_FAILED/);
  });
});
