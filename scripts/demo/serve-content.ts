import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { createGateway } from "@glia/sdk";
import type { ContentStore } from "@glia/sdk";

/** Serves a buyer's content on loopback, so that whoever takes an auctioned job can fetch it. */
export async function serveContent(store: ContentStore): Promise<{ readonly url: string; close(): Promise<void> }> {
  const gateway = createGateway({ store, isServed: () => true });
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    gateway({ path: pathname, query: searchParams, accept: request.headers.accept })
      .then(async ({ status, headers, body }) => {
        response.writeHead(status, headers);
        await pipeline(Readable.from(body), response);
      })
      // The receiver notices a cut connection; there is nobody else to tell.
      .catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
