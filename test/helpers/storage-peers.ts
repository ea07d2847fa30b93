/**
 * A program for tests of what reaches for the network: `peers` moves a file between two bitswap peers of this process, and prints their
 * addresses; `control` looks a name up and connects to nobody, to show that both are noticed.
 */
import { lookup, resolve4 } from "node:dns/promises";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { createMemoryStore, fetchContent } from "@glia/sdk";
import { openPeer } from "@glia/sdk/node";

if (process.argv[2] === "control") {
  const socket = createSocket("udp4");
  socket.send("x", 9, "127.0.0.1", () => socket.close());
  await Promise.allSettled([
    lookup("control.invalid"),
    resolve4("control.invalid"),
    new Promise((resolve) => connect(1, "127.0.0.1").on("error", resolve)),
  ]);
} else {
  const [from, to] = [createMemoryStore(), createMemoryStore()];
  const cid = await from.put(new Uint8Array(3_000_000).map((_, i) => i % 251));
  const seller = await openPeer({ store: from, isServed: () => true, listen: ["/ip4/127.0.0.1/tcp/0"] });
  const buyer = await openPeer({ store: to, isServed: () => false, blockTimeoutMs: 1000 });
  await fetchContent(cid, seller.addresses, to, { maxBytes: 3_000_000, peer: buyer });
  // What nobody has is asked of the named peer alone, and of no stranger.
  const nowhere = await createMemoryStore().put(Uint8Array.of(1, 2, 3));
  const outcome = await fetchContent(nowhere, seller.addresses, to, { maxBytes: 10, peer: buyer }).catch(
    (error: { code: string }) => error.code,
  );
  console.log(JSON.stringify({ addresses: seller.addresses, whole: await to.has(cid), outcome }));
  await Promise.all([buyer.close(), seller.close()]);
}
