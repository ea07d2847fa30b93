import { Readable } from "node:stream";

import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import {
  type AuditRequestBody,
  auditRequestSchema,
  type ContentStore,
  GliaError,
  type JobProgress,
  parseWith,
  type ProviderInfo,
  type QuoteRequestBody,
  quoteRequestSchema,
  type QuoteResponse,
  type ServedSet,
  toJson,
} from "@glia/sdk";
import fastify, { type FastifyInstance } from "fastify";
import type { Hex } from "viem";

import { errorHandler } from "../../util/http-error.ts";
import type { Logger } from "../../util/log.ts";
import { addGateway } from "./gateway.ts";
import { UPLOAD_PACE, type UploadPace, watchPace, watchReader } from "./upload-pace.ts";

/** Largest JSON body, in bytes: a spec, 16 sources and a contract wallet's signature. */
const MAX_JSON = 64 * 1024;

export interface PublicServerOptions {
  readonly info: () => Promise<ProviderInfo>;
  readonly quote: (body: QuoteRequestBody) => Promise<QuoteResponse>;
  readonly takeContent: (jobId: Hex, car: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<void>;
  /** {@link UPLOAD_PACE} unless given. */
  readonly uploadPace?: UploadPace;
  readonly progress: (jobId: Hex) => Promise<JobProgress>;
  /** A job's model and inputs as a CAR, for an auditor that is drawn. */
  readonly audit: (jobId: Hex, body: AuditRequestBody) => Promise<AsyncIterable<Uint8Array>>;
  readonly store: ContentStore;
  readonly served: ServedSet;
  readonly requestsPerMinute: number;
  readonly trustProxy: boolean;
  /** PEM texts; without them the server speaks plain HTTP, for a TLS proxy in front or a local network. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly log: Logger;
}

/** The public quote server: what buyers talk to. It knows nothing of the control API and shares no port with it. */
export async function createPublicServer(options: PublicServerOptions): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit: MAX_JSON,
    trustProxy: options.trustProxy,
    forceCloseConnections: true,
    // A large upload takes long; what it must not do is stall, see upload-pace.ts.
    requestTimeout: 0,
    headersTimeout: 15_000,
    ...(options.tls === undefined ? {} : { https: { ...options.tls, minVersion: "TLSv1.2" } }),
  } as object) as FastifyInstance;
  server.setErrorHandler(errorHandler(options.log));
  server.setNotFoundHandler(() => {
    throw new GliaError("NOT_FOUND", "There is nothing here", { kind: "input" });
  });
  server.setReplySerializer((payload) => toJson(payload));
  await server.register(cors, {
    origin: true,
    methods: ["GET", "POST", "PUT"],
    exposedHeaders: ["etag"],
    maxAge: 86_400,
  });
  await server.register(rateLimit, {
    max: options.requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: () =>
      new GliaError("RATE_LIMITED", "Too many requests", { kind: "refused", retryable: true, hint: "Wait a minute." }),
  });
  // The CAR stays a stream: its reader counts the bytes and stops at the cap.
  server.addContentTypeParser("application/vnd.ipld.car", (_request, payload, done) => done(null, payload));
  addRoutes(server, options);
  addGateway(server, options.store, options.served);
  return server;
}

function addRoutes(server: FastifyInstance, options: PublicServerOptions): void {
  server.get("/v1/info", () => options.info());
  server.post("/v1/quotes", (request) =>
    options.quote(
      parseWith(quoteRequestSchema, request.body, {
        code: "QUOTE_REQUEST_MALFORMED",
        kind: "input",
        what: "The request",
      }),
    ),
  );
  server.put<{ Params: { jobId: string } }>("/v1/quotes/:jobId/content", async (request) => {
    const jobId = parseJobId(request.params.jobId);
    const body = request.body as AsyncIterable<Uint8Array> | undefined;
    if (body === undefined || typeof body !== "object" || !(Symbol.asyncIterator in body)) {
      throw new GliaError("REQUEST_MALFORMED", "The body must be a CAR with content-type application/vnd.ipld.car", {
        kind: "input",
      });
    }
    const gone = new AbortController();
    request.raw.once("close", () => {
      if (!request.raw.complete)
        gone.abort(new GliaError("UPLOAD_ABORTED", "The upload ended early", { kind: "network", retryable: true }));
    });
    const unwatch = watchPace(request.raw, options.uploadPace ?? UPLOAD_PACE);
    try {
      await options.takeContent(jobId, body, gone.signal);
    } finally {
      unwatch();
    }
    return { ok: true };
  });
  server.post<{ Params: { jobId: string } }>("/v1/jobs/:jobId/audit", async (request, reply) => {
    const body = parseWith(auditRequestSchema, request.body, {
      code: "AUDIT_REQUEST_MALFORMED",
      kind: "input",
      what: "The request",
    });
    const car = await options.audit(parseJobId(request.params.jobId), body);
    watchReader(reply.raw, options.uploadPace ?? UPLOAD_PACE);
    return reply.type("application/vnd.ipld.car").send(Readable.from(car, { objectMode: false }));
  });
  server.get<{ Params: { jobId: string } }>("/v1/jobs/:jobId", (request) =>
    options.progress(parseJobId(request.params.jobId)),
  );
}

function parseJobId(text: string): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as Hex;
  throw new GliaError("JOB_ID_MALFORMED", "A job id is 0x and 64 hex digits", { kind: "input" });
}
