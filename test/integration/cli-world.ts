/** A devnet of its own and real `glia` processes, for the tests of the command line. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { devnetClients, devnetDown, freePort, readDevnet, testDollar, type DevnetState } from "@glia/cli/devnet";
import { addressesOf, createMarketClient, encodeModel, makeGraph, makeModel, makeNode, makeValue } from "@glia/sdk";

const ENTRY = join(import.meta.dirname, "../../cli/src/main.ts");

/** How one `glia` process ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Stdout as the one JSON document that it must be. */
  json(): Record<string, unknown>;
}

/** What a test does while a `glia` process goes on. */
export interface Watcher {
  /** Text to wait for, on stdout or stderr. */
  readonly at: string;
  /** Called once, when that text is there. */
  readonly act: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** A running devnet and a folder for files. */
export interface CliWorld {
  readonly state: DevnetState;
  /** Path of a file in the world's folder, written if content is given. */
  file(name: string, content?: string | Uint8Array): string;
  glia(args: readonly string[], watcher?: Watcher): Promise<Ended>;
  /** Like `glia … --json`; fails unless the exit code is `code` and stdout one JSON document. */
  json(args: readonly string[], code?: number): Promise<Record<string, unknown>>;
  /** Units of the test dollar that the buyer has, wallet and Vault together. */
  wealth(): Promise<bigint>;
  stop(): Promise<void>;
}

/** Brings up a devnet with two providers through the command itself. */
export async function startCliWorld(): Promise<CliWorld> {
  const folder = mkdtempSync(join(tmpdir(), "glia-cli-"));
  const root = join(folder, "home", "devnet");
  const glia = (args: readonly string[], watcher?: Watcher): Promise<Ended> => runGlia(folder, args, watcher);
  const stop = async (): Promise<void> => {
    await devnetDown({ root });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await freePort();
    const up = await glia(["devnet", "up", "--port", String(port), "--providers", "2", "--json"]);
    if (up.code !== 0) throw new Error(`The devnet did not come up: ${up.stdout}${up.stderr}`);
    const state = readDevnet(root);
    return {
      state,
      file(name, content) {
        const path = join(folder, name);
        if (content !== undefined) writeFileSync(path, content, { mode: 0o600 });
        return path;
      },
      glia,
      async json(args, code = 0) {
        const ended = await glia([...args, "--json"]);
        if (ended.code === code) return ended.json();
        throw new Error(`glia ${args.join(" ")} ended with ${String(ended.code)}: ${ended.stdout}${ended.stderr}`);
      },
      async wealth() {
        const { publicClient } = devnetClients(state.chain.rpcUrl);
        const client = createMarketClient({ publicClient, deployment: addressesOf(state.deployment) });
        const { address } = testDollar(state.deployment);
        const held = [client.walletBalance, client.vaultBalance].map((read) => read(state.buyer.address, address));
        const [wallet = 0n, vault = 0n] = await Promise.all(held);
        return wallet + vault;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs one `glia` process in a folder to its end; its devnet, if any, is in the folder too. */
export async function runGlia(folder: string, args: readonly string[], watcher?: Watcher): Promise<Ended> {
  const { GLIA_RPC: _rpc, GLIA_KEYSTORE: _keystore, ...environment } = process.env;
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: folder,
    env: { ...environment, GLIA_HOME: join(folder, "home") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let acted = false;
  const look = (): void => {
    if (watcher === undefined || acted || !(stdout.includes(watcher.at) || stderr.includes(watcher.at))) return;
    acted = true;
    watcher.act((signal) => child.kill(signal));
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    look();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> };
}

/** y = x + ids and n = −ids, for x float32 and ids int64, both [N, 3]. */
export function twoInputModel(): Uint8Array {
  const float = { x: makeValue("x", "float32", ["N", 3]), y: makeValue("y", "float32", ["N", 3]) };
  const int = { ids: makeValue("ids", "int64", ["N", 3]), n: makeValue("n", "int64", ["N", 3]) };
  const nodes = [
    makeNode("Cast", ["ids"], ["float"], { to: 1n }),
    makeNode("Add", ["x", "float"], ["y"]),
    makeNode("Neg", ["ids"], ["n"]),
  ];
  return encodeModel(makeModel(makeGraph(nodes, [float.x, int.ids], [float.y, int.n])));
}

/** One line of a command that tells events: what happened, or how it ended. */
export interface Line extends Readonly<Record<string, unknown>> {
  readonly event?: string;
}

/** Stdout as one JSON document per line; the last one may be cut off where the process was killed. */
export function linesOf({ stdout }: Pick<Ended, "stdout">): Line[] {
  const whole = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  return whole.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Line]));
}
