import { rmSync } from "node:fs";

import { devnetPaths } from "./paths.ts";
import { stopProcess } from "./process.ts";
import { findDevnet } from "./state.ts";

/** Milliseconds that a process gets to end by itself. */
const GRACE = 10_000;

/** How each process ended. */
export type Stopped = Readonly<Record<string, "gone" | "stopped" | "killed">>;

/**
 * Stops all processes of a devnet, providers before their chain. Data stays for the next `up` unless `remove` is set.
 * Does nothing where there is no devnet.
 */
export async function devnetDown({
  root,
  remove = false,
}: { readonly root?: string; readonly remove?: boolean } = {}): Promise<Stopped> {
  const state = findDevnet(root);
  const stopped: Record<string, "gone" | "stopped" | "killed"> = {};
  if (state !== undefined) {
    await Promise.all(
      state.providers.map(async ({ name, process }) => {
        stopped[name] = await stopProcess(process, GRACE);
      }),
    );
    stopped["chain"] = await stopProcess(state.chain.process, GRACE);
  }
  if (remove) rmSync(devnetPaths(root).root, { recursive: true, force: true });
  return stopped;
}
