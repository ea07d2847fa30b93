import { readFileSync, writeFileSync } from "node:fs";

import { GliaError, type ProviderInfo } from "@glia/sdk";
import type { FastifyInstance } from "fastify";

import { required } from "./chain.ts";
import type { Cleanup } from "./cleanup.ts";
import { createStatusReader, listJobs } from "./read-status.ts";
import type { NodeParts } from "./parts.ts";
import type { Services } from "./services.ts";
import { NODE_VERSION } from "./version.ts";
import { controlPath } from "../services/control/path.ts";
import { createControlServer } from "../services/control/server.ts";
import { createToken } from "../services/control/token.ts";
import { createAuditDesk } from "../services/public/audit-desk.ts";
import { createContentDesk } from "../services/public/content-desk.ts";
import { createProgressReader } from "../services/public/progress.ts";
import { createQuoteDesk } from "../services/public/quote-desk.ts";
import { createPublicServer } from "../services/public/server.ts";

/** Uploads that are taken at the same time. */
const MAX_UPLOADS = 4;

export interface ServerParts extends NodeParts {
  readonly services: Services;
  readonly cleanup: Cleanup;
}

/** Starts the control API, then the public server; each is closed by the cleanup, the public one first. */
export async function startServers(parts: ServerParts): Promise<{ url: string; controlUrl: string }> {
  const { config, directory, services, cleanup, metrics, journal, log } = parts;
  let url = "";
  const status = createStatusReader({ ...parts, endpoint: () => config.endpoint ?? url });
  const control = createControlServer({
    token: createToken(directory),
    status,
    jobs: (limit) => listJobs(journal, services.runner, limit),
    drain: services.setDraining,
    async metrics() {
      metrics.jobs.reset();
      for (const [state, count] of Object.entries(journal.jobs.counts())) metrics.jobs.set({ state }, count);
      metrics.audits.reset();
      for (const [state, count] of Object.entries(journal.audits.counts())) metrics.audits.set({ state }, count);
      return metrics.registry.metrics();
    },
    log,
  });
  cleanup.add("control API", () => control.close());
  await listen(control, "127.0.0.1", config.controlPort, "controlPort");
  const controlUrl = `http://127.0.0.1:${portOf(control)}`;

  const server = await createPublic(parts);
  cleanup.add("public server", () => server.close());
  await listen(server, config.host, config.port, "port");
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;
  url = `${config.tlsCert === undefined ? "http" : "https"}://${host}:${portOf(server)}`;
  writeFileSync(controlPath(directory), `${JSON.stringify({ pid: process.pid, url, controlUrl })}\n`, { mode: 0o600 });
  return { url, controlUrl };
}

async function createPublic(parts: ServerParts): Promise<FastifyInstance> {
  const { config, client, publicClient, journal, store, operator, provider, engine, onPoint, runtime, services, log } =
    parts;
  const { tlsCert } = config;
  const tls =
    tlsCert === undefined
      ? undefined
      : { cert: readFileSync(tlsCert, "utf8"), key: readFileSync(required(config.tlsKey, "tlsKey"), "utf8") };
  const server = await createPublicServer({
    info: () => info(parts),
    quote: createQuoteDesk({
      client,
      journal,
      operator,
      provider,
      offerer: services.offerer,
      store,
      quoteSeconds: config.quoteSeconds,
      maxQueue: config.maxQueue,
      onPoint,
    }),
    takeContent: createContentDesk({
      journal,
      publicClient,
      store,
      limits: config,
      inspect: (model) => engine.inspect(model),
      readExact: parts.readExact,
      maxUploads: MAX_UPLOADS,
      onPoint,
    }),
    progress: createProgressReader({
      journal,
      operator,
      client,
      runtime,
      activity: (id) => services.runner.activity(id),
    }),
    audit: createAuditDesk({ journal, client, store }),
    store,
    served: parts.served,
    requestsPerMinute: config.requestsPerMinute,
    trustProxy: config.trustProxy,
    tls,
    log,
  });
  server.addHook("onResponse", (request, reply, done) => {
    const labels = { route: request.routeOptions.url ?? "none", status: String(reply.statusCode) };
    parts.metrics.requests.observe(labels, reply.elapsedTime / 1000);
    done();
  });
  return server;
}

async function info({ client, config, provider, operator, runtime, peers }: NodeParts): Promise<ProviderInfo> {
  const { capabilities } = await client.provider(provider);
  return {
    provider,
    operator: operator.address,
    chainId: client.deployment.chainId,
    market: client.deployment.market,
    version: NODE_VERSION,
    peers: [...peers],
    limits: {
      maxCarBytes: config.maxCarBytes,
      maxModelBytes: config.maxModelBytes,
      maxItems: config.maxItems,
      maxOutputBytes: config.maxOutputBytes,
    },
    prices: config.prices,
    capabilities,
    executionProviders: [runtime.split("/").at(-1) ?? "cpu"],
  };
}

async function listen(server: FastifyInstance, host: string, port: number, setting: string): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw new GliaError("PORT_UNAVAILABLE", `The node cannot listen on ${host}:${port}`, {
      kind: "usage",
      hint: `Free the port, or choose another with the setting ${setting}; 0 lets the system choose.`,
      cause,
    });
  }
}

function portOf(server: FastifyInstance): number {
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
