import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { chainTime, createServedSet, digestToCid, GliaError } from "@glia/sdk";
import { openFsStore } from "@glia/sdk/node";
import type { LocalAccount } from "viem";

import { createFetcher } from "../adapters/artifacts/fetcher.ts";
import { createGuardedFetch } from "../adapters/artifacts/guarded-fetch.ts";
import { openGuardedPeer } from "../adapters/artifacts/guarded-peer.ts";
import { createExactReader } from "../adapters/canonical/exact-reader.ts";
import { nodeSecret } from "../adapters/keystore/node-secret.ts";
import { openJournal } from "../adapters/store/journal.ts";
import type { NodeConfig } from "../config/settings.ts";
import type { PointObserver } from "../domain/points.ts";
import type { Inference } from "../inference.ts";
import type { Logger } from "../util/log.ts";
import { createMetrics } from "../util/metrics.ts";
import { awaitQuietAccount } from "./await-quiet-account.ts";
import { connectChain, requireProvider } from "./chain.ts";
import { createCleanup } from "./cleanup.ts";
import { startEngine } from "./engine.ts";
import { startServers } from "./servers.ts";
import { createServices } from "./services.ts";
import { runtimeClass } from "./version.ts";
import { lockDirectory } from "../util/lock.ts";

export interface StartOptions {
  readonly directory: string;
  readonly config: NodeConfig;
  readonly operator: LocalAccount;
  readonly log: Logger;
  /** Told at each named point of a job's life, right after it became durable. */
  readonly onPoint?: PointObserver;
  /** Puts something between the node and what runs its models; by default nothing. */
  readonly compute?: (engine: Inference) => Inference;
}

/** A node at work. */
export interface RunningNode {
  /** Base URL of the public quote server on this machine. */
  readonly url: string;
  /** Base URL of the control API. */
  readonly controlUrl: string;
  /** Closes intake first and the journal last; running jobs stay resumable. Safe to call twice. */
  stop(): Promise<void>;
}

/** How long a node without a journal waits for the operator's old transactions, in milliseconds. */
const QUIET_TIMEOUT_MS = 600_000;

/**
 * The composition root: opens what the services need, starts them, and owns the order in which all of it ends.
 * Whatever was opened is closed again if a later part cannot be started.
 */
export async function startNode(options: StartOptions): Promise<RunningNode> {
  const { directory, config, operator, log } = options;
  const provider = requireProvider(config);
  const cleanup = createCleanup(log);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const lock = lockDirectory(directory);
    cleanup.add("lock", () => lock.release());
    const journal = openJournal(join(directory, "journal.sqlite"));
    cleanup.add("journal", () => journal.close());
    const { client, publicClient, failover } = await connectChain(config);
    if (journal.blocks.last() === undefined) {
      await awaitQuietAccount({
        publicClient,
        operator: operator.address,
        pollMs: config.pollMs,
        timeoutMs: QUIET_TIMEOUT_MS,
        log,
      });
    }
    const store = await openFsStore(join(directory, "content"));
    const guarded = createGuardedFetch({ allowLoopback: config.allowLoopbackSources });
    cleanup.add("connections", () => guarded.close());
    const started = await startEngine(config, log);
    const { executionProvider } = started;
    cleanup.add("inference", () => started.engine.close());
    const engine = options.compute?.(started.engine) ?? started.engine;
    const exactReader = createExactReader();
    cleanup.add("exact models", () => exactReader.close());

    const metrics = createMetrics();
    const served = createServedSet(store);
    const { listen, allowLoopbackSources: allowLoopback } = config;
    const peer = listen.length === 0 ? undefined : await openGuardedPeer({ store, served, listen, allowLoopback });
    cleanup.add("peer", () => peer?.close());
    const publish = async (jobId: `0x${string}`): Promise<void> => {
      const digest = journal.jobs.get(jobId)?.revealedDigest;
      if (digest !== undefined) await served.add(digestToCid(digest)).catch((error: unknown) => missingIsFine(error));
    };
    for (const job of journal.jobs.listByState("revealed", "settling", "settled")) await publish(job.jobId);
    const onPoint: PointObserver = (point, jobId) => {
      metrics.points.inc({ step: point });
      if (point === "reveal-mined") {
        publish(jobId as `0x${string}`).catch((error: unknown) =>
          log.error({ jobId, err: error }, "an output cannot be served"),
        );
      }
      options.onPoint?.(point, jobId);
    };
    const runtime = runtimeClass(executionProvider);
    const fetch = createFetcher({
      store,
      fetch: guarded.fetch,
      peer,
      gateways: config.gateways,
      timeoutMs: config.fetchTimeoutSeconds * 1000,
    });
    const parts = {
      directory,
      guardedFetch: guarded.fetch,
      config,
      client,
      publicClient,
      failover,
      journal,
      store,
      served,
      engine,
      readExact: exactReader.read,
      operator,
      secret: await nodeSecret(operator),
      provider,
      log,
      metrics,
      onPoint,
      runtime,
      // More than that is refused by whoever reads /v1/info.
      peers: peer?.addresses.slice(0, 32) ?? [],
      fetch,
    };
    const services = createServices(parts);
    for (const service of services.loops) cleanup.add(service.name, () => service.stop());
    const servers = await startServers({ ...parts, services, cleanup });
    for (const service of services.loops) service.start();
    log.info(
      {
        url: servers.url,
        control: servers.controlUrl,
        provider,
        operator: operator.address,
        chainTime: await chainTime(publicClient),
      },
      "the node is running",
    );
    return { ...servers, stop: () => cleanup.run() };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

/** An output that was collected, or never made here after a lost journal, is simply not served. */
function missingIsFine(error: unknown): void {
  if (!(error instanceof GliaError) || error.code !== "CONTENT_MISSING") throw error;
}
