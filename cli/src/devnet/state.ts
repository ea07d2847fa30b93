import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { Deployment as DeploymentFile } from "@glia/contracts";
import { GliaError } from "@glia/sdk";
import type { Address, Hex } from "viem";

import type { LocalChain } from "./chain.ts";
import { devnetPaths } from "./paths.ts";
import type { ProcessRef } from "./process.ts";

/** A provider of the devnet. */
export interface DevnetProvider {
  readonly name: string;
  readonly process: ProcessRef;
  readonly dataDir: string;
  readonly logFile: string;
  /** Owner of the stake. */
  readonly owner: Address;
  /** Hot key that signs quotes and results. */
  readonly operator: Address;
  /** Public address of its quote server. */
  readonly endpoint: string;
}

/** What `glia devnet up` leaves behind for every later command. */
export interface DevnetState {
  readonly version: 1;
  readonly chain: LocalChain;
  readonly deployment: DeploymentFile;
  /** A funded account for trying things; worthless outside the devnet. */
  readonly buyer: { readonly address: Address; readonly privateKey: Hex };
  readonly providers: readonly DevnetProvider[];
}

/** The running devnet's state. @throws GliaError `DEVNET_NOT_UP` where there is none. */
export function readDevnet(root?: string): DevnetState {
  const found = findDevnet(root);
  if (found !== undefined) return found;
  throw new GliaError("DEVNET_NOT_UP", `There is no devnet in ${devnetPaths(root).root}.`, {
    kind: "usage",
    hint: "Start one with: glia devnet up",
  });
}

/** The devnet's state, or undefined where none was started. */
export function findDevnet(root?: string): DevnetState | undefined {
  const file = devnetPaths(root).state;
  if (!existsSync(file)) return undefined;
  try {
    const state = JSON.parse(readFileSync(file, "utf8")) as DevnetState | null;
    if (state?.version === 1) return state;
  } catch (cause) {
    throw new GliaError("DEVNET_STATE_BROKEN", `${file} cannot be read.`, {
      kind: "input",
      hint: howToBeginAnew(root),
      cause,
    });
  }
  throw new GliaError("DEVNET_STATE_BROKEN", `${file} was written by another version of Glia.`, {
    kind: "input",
    hint: howToBeginAnew(root),
  });
}

function howToBeginAnew(root: string | undefined): string {
  const folder = devnetPaths(root).root;
  return `End what still runs (pgrep -af ${folder} lists it), delete ${folder}, and run: glia devnet up`;
}

/** Writes the state whole or not at all; only its owner may read it, since the buyer's key is in it. */
export function writeDevnet(state: DevnetState, root?: string): void {
  const file = devnetPaths(root).state;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.new`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}
