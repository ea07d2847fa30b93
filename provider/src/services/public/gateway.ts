import { Readable } from "node:stream";

import { type ContentStore, createGateway, type ServedSet } from "@glia/sdk";
import type { FastifyInstance } from "fastify";

/** `GET /ipfs/{cid}`: a trustless gateway over the outputs in `served`. What is not served is not there. */
export function addGateway(server: FastifyInstance, store: ContentStore, served: ServedSet): void {
  const gateway = createGateway({ store, isServed: (cid) => served.has(cid) });
  server.get("/ipfs/:cid", async (request, reply) => {
    const url = new URL(request.url, "http://gateway");
    const answer = await gateway({ path: url.pathname, query: url.searchParams, accept: request.headers.accept });
    return reply
      .status(answer.status)
      .headers({ ...answer.headers })
      .send(Readable.from(answer.body, { objectMode: false }));
  });
}
