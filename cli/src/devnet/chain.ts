import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";

import { GliaError } from "@glia/sdk";

import { isAlive, startDetached, stopProcess, waitUntil, type ProcessRef } from "./process.ts";

const require = createRequire(import.meta.url);
/** The chain id that every Ethereum development chain uses. */
export const DEVNET_CHAIN_ID = 31337;

/** A running local chain. */
export interface LocalChain {
  readonly process: ProcessRef;
  readonly rpcUrl: string;
  readonly software: "anvil" | "hardhat";
}

/** Starts anvil, or Hardhat's node where npm installed no anvil, and waits until it answers. Only loopback can reach it. */
export async function startChain(options: {
  readonly port: number;
  readonly stateFile: string;
  readonly logFile: string;
}): Promise<LocalChain> {
  if (!(await isFree(options.port))) {
    throw new GliaError(
      "PORT_IN_USE",
      `Port ${String(options.port)} is taken, so the devnet's chain cannot listen there.`,
      {
        kind: "usage",
        hint: "Give another port with --port, or stop what uses it.",
      },
    );
  }
  const { command, args, software } = chainCommand(options.port, options.stateFile);
  const child = await startDetached(command, args, { logFile: options.logFile });
  const rpcUrl = `http://127.0.0.1:${String(options.port)}`;
  const up = await waitUntil(async () => !isAlive(child) || (await answers(rpcUrl)), 30_000);
  if (!up || !isAlive(child)) {
    await stopProcess(child, 1_000);
    throw new GliaError("CHAIN_NOT_STARTED", `The local chain (${software}) did not answer on ${rpcUrl}.`, {
      kind: "internal",
      hint: `Read ${options.logFile}.`,
    });
  }
  return { process: child, rpcUrl, software };
}

function chainCommand(
  port: number,
  stateFile: string,
): { command: string; args: string[]; software: LocalChain["software"] } {
  const anvil = anvilBinary();
  if (anvil !== undefined) {
    return {
      software: "anvil",
      command: anvil,
      args: [
        "--host",
        "127.0.0.1",
        "--port",
        String(port),
        "--chain-id",
        String(DEVNET_CHAIN_ID),
        "--state",
        stateFile,
        // A block at once for each transaction, and one each second: seeds are hashes of blocks that nobody has to wait for.
        "--mixed-mining",
        "--block-time",
        "1",
      ],
    };
  }
  const hardhat = join(dirname(require.resolve("hardhat/package.json")), "dist", "src", "cli.js");
  return {
    software: "hardhat",
    command: process.execPath,
    args: [hardhat, "node", "--hostname", "127.0.0.1", "--port", String(port)],
  };
}

function anvilBinary(): string | undefined {
  try {
    const binary = join(dirname(require.resolve("@foundry-rs/anvil-linux-amd64/package.json")), "bin", "anvil");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined; // Not a Linux x64 machine: npm left the optional package out.
  }
}

async function answers(rpcUrl: string): Promise<boolean> {
  try {
    const response = await fetch(rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
      signal: AbortSignal.timeout(1_000),
    });
    const body = (await response.json()) as { result?: string };
    return Number(body.result) === DEVNET_CHAIN_ID;
  } catch {
    return false;
  }
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  return await listenOnce(0);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch {
    return false;
  }
}

async function listenOnce(port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  });
}
