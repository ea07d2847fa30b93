import { unpackMoney } from "@glia/sdk";

import type { Journal } from "../adapters/store/journal.ts";
import { type JobSummary, type NodeStatus, summarize } from "../services/control/status.ts";
import type { Runner } from "../services/runner.ts";
import { wallClock } from "../util/clock.ts";
import { safeText } from "../util/text.ts";
import type { NodeParts } from "./parts.ts";
import type { Services } from "./services.ts";
import { NODE_VERSION } from "./version.ts";

/** Reads the node's own state and the chain's, and names what keeps it from working. */
export function createStatusReader(
  parts: NodeParts & { readonly services: Services; readonly endpoint: () => string },
): () => Promise<NodeStatus> {
  const { config, client, publicClient, journal, provider, operator, services } = parts;

  async function readChain() {
    const [head, entry, position, gasMoney] = await Promise.all([
      publicClient.getBlock({ blockTag: "latest" }),
      client.provider(provider),
      client.position(provider),
      publicClient.getBalance({ address: operator.address }),
    ]);
    return { headTime: head.timestamp, headNumber: head.number, entry, position, gasMoney };
  }

  return async () => {
    const problems: string[] = [];
    const chain = await readChain().catch((error: unknown) => {
      problems.push(`The chain cannot be read: ${safeText(error instanceof Error ? error.message : String(error))}`);
      return undefined;
    });
    if (chain !== undefined) {
      const age = wallClock() - chain.headTime;
      if (config.maxHeadAge > 0 && age > BigInt(config.maxHeadAge)) problems.push(`The newest block is ${age} s old.`);
      if (!chain.entry.registered)
        problems.push(`The provider ${provider} is not registered: run \`glia-node register\`.`);
      else if (chain.entry.operator.toLowerCase() !== operator.address.toLowerCase()) {
        problems.push(
          `The registry names ${chain.entry.operator} as operator; this node's key is ${operator.address}.`,
        );
      }
      if (chain.gasMoney === 0n) problems.push(`The operator ${operator.address} has no native coin for gas.`);
    }
    if (Object.keys(config.prices).length === 0)
      problems.push("No token has a price: set prices in the configuration.");
    for (const name of services.failing) problems.push(`The service ${name} is failing; see the log.`);
    return {
      ready: problems.length === 0,
      problems,
      version: NODE_VERSION,
      pid: process.pid,
      uptimeSeconds: Math.floor(process.uptime()),
      provider,
      operator: operator.address,
      endpoint: parts.endpoint(),
      draining: services.isDraining(),
      chain: {
        chainId: config.chainId,
        readBlock: journal.blocks.last()?.number,
        headTime: chain?.headTime,
        endpoints: parts.failover.health(),
      },
      stake: {
        registered: chain?.entry.registered ?? false,
        free: chain?.position.free ?? 0n,
        locked: chain?.position.locked ?? 0n,
      },
      gasMoney: chain?.gasMoney ?? 0n,
      runtime: parts.runtime,
      isolated: parts.engine.sandbox.isolated,
      jobs: journal.jobs.counts(),
    };
  };
}

/** The newest jobs, as the operator sees them. */
export function listJobs(journal: Journal, runner: Runner, limit: number): JobSummary[] {
  return journal.jobs.listRecent(limit).map((job) => {
    const done = journal.results.get(job.jobId) !== undefined;
    const itemsDone = done ? job.spec.items : (runner.activity(job.jobId)?.itemsDone ?? 0);
    return summarize(job, itemsDone, unpackMoney(job.assignedJob.money).price);
  });
}
