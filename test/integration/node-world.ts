/** A real chain, real contracts and real node processes, for the tests of the node. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { initNode, type JobPoint, UNSANDBOXED_SENTENCE } from "@glia/provider";
import { profileCall, sendCall } from "@glia/sdk";
import type { Address } from "viem";
import { generatePrivateKey, type HDAccount } from "viem/accounts";

import { type Devnet, startDevnet } from "./sdk-devnet.ts";

const ENTRY = join(import.meta.dirname, "../helpers/node-entry.ts");

/** One provider: its data directory, and the process that runs it now. */
export interface TestNode {
  readonly directory: string;
  /** Where it serves since its last start. */
  url: string;
  readonly owner: HDAccount;
  readonly operator: Address;
  /** Starts the process and waits until it serves; with `killAt` it ends itself there; `env` is added to its environment. */
  start(killAt?: JobPoint, env?: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves when the process is gone, with the signal that ended it. */
  ended(): Promise<NodeJS.Signals | null>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  log(): string;
}

/** A devnet and the nodes on it. */
export interface NodeWorld {
  readonly devnet: Devnet;
  /** Makes, registers and funds a provider; its process does not run yet. */
  addNode(config?: Record<string, unknown>): Promise<TestNode>;
  stop(): Promise<void>;
}

/** Starts the chain. */
export async function startNodeWorld(): Promise<NodeWorld> {
  const devnet = await startDevnet();
  const root = mkdtempSync(join(tmpdir(), "glia-node-"));
  const nodes: TestNode[] = [];
  return {
    devnet,
    async addNode(config = {}) {
      const directory = join(root, `node-${nodes.length}`);
      const owner = devnet.account();
      const { deployment } = devnet;
      const { operator } = await initNode({
        directory,
        operatorKey: generatePrivateKey(),
        devnet: true,
        config: {
          chainId: deployment.chainId,
          rpc: [devnet.publicClient.transport["url"] as string],
          market: deployment.market,
          registry: deployment.registry,
          vault: deployment.vault,
          gliaToken: deployment.glia,
          provider: owner.address,
          confirmations: 0,
          maxHeadAge: 0,
          pollMs: 50,
          port: 0,
          controlPort: 0,
          prices: { [devnet.token]: { base: "1000", perItem: "10" } },
          allowLoopbackSources: true,
          allowUnsandboxedModels: UNSANDBOXED_SENTENCE,
          minRejectWindow: 1,
          minExecutionWindow: 1,
          logLevel: "debug",
          ...config,
        },
      });
      await devnet.register(owner, operator, "http://127.0.0.1:1");
      await devnet.setBalance(operator, 10n ** 18n);
      // The system chooses the port anew at each start, so the registry is told each time where the node is.
      const move = async (endpoint: string): Promise<void> => {
        await sendCall(
          devnet.clientOf(owner),
          profileCall(deployment.registry, "update", { operator, capabilities: 0n, endpoint }),
        );
      };
      const node = testNode({ directory, owner, operator }, move);
      nodes.push(node);
      return node;
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.stop("SIGKILL")));
      await devnet.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function testNode(
  facts: Pick<TestNode, "directory" | "owner" | "operator">,
  move: (endpoint: string) => Promise<void>,
): TestNode {
  let child: ChildProcess | undefined;
  let gone: Promise<NodeJS.Signals | null> = Promise.resolve(null);
  const logFile = join(facts.directory, "node.log");
  const node: TestNode = {
    ...facts,
    url: "",
    async start(killAt, env = {}) {
      const process_ = spawn(process.execPath, [ENTRY, facts.directory, ...(killAt === undefined ? [] : [killAt])], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, ...env },
      });
      child = process_;
      process_.stderr.on("data", (bytes: Buffer) => appendFileSync(logFile, bytes));
      gone = once(process_, "exit").then(([, signal]) => signal as NodeJS.Signals | null);
      const ready = once(createInterface({ input: process_.stdout }), "line");
      const early = gone.then(() =>
        Promise.reject(new Error(`The node ended while starting:\n${node.log().slice(-4_000)}`)),
      );
      early.catch(() => undefined);
      const [line] = (await Promise.race([ready, early])) as [string];
      node.url = (JSON.parse(line) as { url: string }).url;
      await move(node.url);
    },
    ended: () => gone,
    async stop(signal = "SIGTERM") {
      if (child?.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
    log: () => readFileSync(logFile, { encoding: "utf8", flag: "a+" }),
  };
  return node;
}
