/**
 * How fast content moves, disk to disk on this machine: into a store and out of it, between two stores by one CAR request
 * to a gateway over HTTP, and by bitswap over loopback.
 *
 *   npm run bench -- storage [--json] [--megabytes <size>] [--rounds <count>]
 *
 * Medians in MB/s (10^6 bytes). Every file is new, so that nothing is skipped because it is there already.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { type ContentStore, createGateway, fetchContent } from "@glia/sdk";
import { openFsStore, openPeer } from "@glia/sdk/node";
import { median } from "./node-batch.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    megabytes: { type: "string", default: "64" },
    rounds: { type: "string", default: "5" },
  },
});
const size = Number(flags.megabytes) * 1e6;
const rounds = Number(flags.rounds);

const directory = await mkdtemp(join(tmpdir(), "glia-bench-"));
const open = (name: string): Promise<ContentStore> => openFsStore(join(directory, name));
const seller = await open("seller");
const gateway = createGateway({ store: seller, isServed: () => true });
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  void gateway({ path: pathname, query: searchParams }).then(({ status, headers, body }) => {
    response.writeHead(status, headers);
    return pipeline(Readable.from(body), response).catch(() => response.destroy());
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const from = await openPeer({ store: seller, isServed: () => true, listen: ["/ip4/127.0.0.1/tcp/0"] });

const speeds: Record<"store" | "storePinned" | "read" | "gateway" | "bitswap", number[]> = {
  store: [],
  storePinned: [],
  read: [],
  gateway: [],
  bitswap: [],
};
async function time(name: keyof typeof speeds, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  speeds[name].push(size / 1e3 / (performance.now() - started));
}

try {
  for (let round = 0; round < rounds; round++) {
    const [plain, pinned] = [randomBytes(size), randomBytes(size)];
    await time("store", () => seller.put(plain));
    await time("storePinned", () => seller.put(pinned, { pin: true }));
    const cid = await seller.put(plain);
    await time("read", async () => {
      for await (const chunk of seller.get(cid)) if (chunk.length === 0) throw new Error("an empty chunk");
    });
    const [a, b] = [await open(`a${round}`), await open(`b${round}`)];
    await time("gateway", () => fetchContent(cid, [url], a, { maxBytes: size }));
    const to = await openPeer({ store: b, isServed: () => false });
    await time("bitswap", () => fetchContent(cid, from.addresses, b, { maxBytes: size, peer: to }));
    await to.close();
  }
  const summary = Object.fromEntries(
    Object.entries(speeds).map(([name, each]) => [name, Math.round(median(each) * 10) / 10]),
  );
  const out = flags.json ? process.stderr : process.stdout;
  out.write(`${flags.megabytes} MB, medians of ${rounds}, MB/s\n`);
  for (const [name, speed] of Object.entries(summary)) out.write(`${name.padEnd(12)}${String(speed).padStart(8)}\n`);
  console.log(JSON.stringify({ megabytes: size / 1e6, unit: "MB/s", ...summary }));
} finally {
  await from.close();
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true });
}
