import { GliaError, toJson } from "@glia/sdk";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { z } from "zod";

import { errorHandler } from "../../util/http-error.ts";
import type { Logger } from "../../util/log.ts";
import type { JobSummary, NodeStatus } from "./status.ts";
import { isSameToken } from "./token.ts";

/** Paths that need no token: they tell nothing secret, and probes and Prometheus ask for them. */
const OPEN = new Set(["/healthz", "/readyz", "/metrics"]);

const drainBody = z.strictObject({ on: z.boolean() });

export interface ControlServerOptions {
  readonly token: string;
  readonly status: () => Promise<NodeStatus>;
  readonly jobs: (limit: number) => JobSummary[];
  readonly drain: (on: boolean) => void;
  readonly metrics: () => Promise<string>;
  readonly log: Logger;
}

/**
 * The operator's API; listen on loopback only. Every request must name a loopback host (so that a web page which points its
 * own name at 127.0.0.1 gets nothing) and, but for health and metrics, carry the token. There is no CORS.
 */
export function createControlServer(options: ControlServerOptions): FastifyInstance {
  const server = fastify({ bodyLimit: 1_024, forceCloseConnections: true });
  server.setErrorHandler(errorHandler(options.log));
  server.setReplySerializer((payload) => toJson(payload));
  server.addHook("onRequest", (request, _reply, done) => {
    checkHost(request);
    if (!OPEN.has(request.routeOptions.url ?? "")) checkToken(request, options.token);
    done();
  });
  server.get("/healthz", () => ({ ok: true }));
  server.get("/readyz", async (_request, reply) => {
    const { ready, problems } = await options.status();
    return reply.status(ready ? 200 : 503).send({ ready, problems });
  });
  server.get("/metrics", async (_request, reply) =>
    reply
      .type("text/plain; version=0.0.4; charset=utf-8")
      .serializer(String)
      .send(await options.metrics()),
  );
  server.get("/v1/status", () => options.status());
  server.get<{ Querystring: { limit?: string } }>("/v1/jobs", (request) => ({
    jobs: options.jobs(Math.min(1_000, Math.max(1, Number(request.query.limit ?? 100) || 100))),
  }));
  server.post("/v1/drain", (request) => {
    const { success, data } = drainBody.safeParse(request.body);
    if (!success)
      throw new GliaError("REQUEST_MALFORMED", 'The body must be {"on":true} or {"on":false}', { kind: "input" });
    options.drain(data.on);
    return { draining: data.on };
  });
  return server;
}

function checkHost(request: FastifyRequest): void {
  if (/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? "")) return;
  throw new GliaError("HOST_REFUSED", "The control API answers only to loopback host names", { kind: "refused" });
}

function checkToken(request: FastifyRequest, token: string): void {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (given !== undefined && isSameToken(token, given)) return;
  throw new GliaError(
    "UNAUTHORIZED",
    "The control API needs the bearer token from control.token in the data directory",
    { kind: "refused" },
  );
}
