import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { CHUNK_SIZE, createMemoryStore, createServedSet, fetchContent } from "./index.ts";
import { openPeer } from "./peer.ts";
import type { Peer } from "./peer.ts";

const peers: Peer[] = [];
async function peer(options: Parameters<typeof openPeer>[0]): Promise<Peer> {
  const opened = await openPeer(options);
  peers.push(opened);
  return opened;
}

describe("bitswap peer", function () {
  this.timeout(60_000);
  afterEach(async () => {
    await Promise.all(peers.splice(0).map((one) => one.close()));
  });

  it("moves a served file over loopback, and nothing that is not served", async () => {
    const [from, to] = [createMemoryStore(), createMemoryStore()];
    const bytes = Uint8Array.from({ length: 3 * CHUNK_SIZE + 1 }, (_, i) => (i * 7 + (i >> 9)) & 255);
    const [shown, hidden] = [await from.put(bytes), await from.put(Uint8Array.of(1, 2))];
    const served = createServedSet(from);
    await served.add(shown);
    const seller = await peer({ store: from, isServed: served.has, listen: ["/ip4/127.0.0.1/tcp/0"] });
    const buyer = await peer({ store: to, isServed: () => false, blockTimeoutMs: 2000 });
    assert.deepEqual(buyer.addresses, [], "it does not listen unless told to");
    await fetchContent(shown, seller.addresses, to, { maxBytes: bytes.length, peer: buyer });
    assert.ok(await to.has(shown));
    await assert.rejects(
      fetchContent(hidden, seller.addresses, to, { maxBytes: 100, peer: buyer }),
      (error: { code: string; details: { sources: { code: string }[] } }) => {
        assert.equal(error.code, "CONTENT_UNAVAILABLE");
        assert.deepEqual(
          error.details.sources.map(({ code }) => code),
          ["PEER_FAILED"],
        );
        return true;
      },
    );
  });

  it("dials nobody whom it may not", async () => {
    const [from, to] = [createMemoryStore(), createMemoryStore()];
    const cid = await from.put(Uint8Array.of(1, 2, 3));
    const seller = await peer({ store: from, isServed: () => true, listen: ["/ip4/127.0.0.1/tcp/0"] });
    const asked: string[] = [];
    const mayDial = (address: string): boolean => {
      asked.push(address);
      return false;
    };
    const buyer = await peer({ store: to, isServed: () => false, blockTimeoutMs: 2000, mayDial });
    await assert.rejects(fetchContent(cid, seller.addresses, to, { maxBytes: 10, peer: buyer }), {
      code: "CONTENT_UNAVAILABLE",
    });
    assert.deepEqual(asked.slice(0, 1), seller.addresses);
  });
});
