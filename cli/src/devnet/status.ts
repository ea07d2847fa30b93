import { devnetClients } from "./accounts.ts";
import { isAlive } from "./process.ts";
import { readDevnet, type DevnetState } from "./state.ts";

/** One process of the devnet. */
export interface Health {
  readonly name: string;
  readonly pid: number;
  readonly address: string;
  readonly state: "up" | "silent" | "dead";
}

/** Looks at every process: dead, alive but silent, or up. @throws GliaError `DEVNET_NOT_UP`. */
export async function devnetStatus(
  root?: string,
): Promise<{ readonly state: DevnetState; readonly health: readonly Health[] }> {
  const state = readDevnet(root);
  const { publicClient } = devnetClients(state.chain.rpcUrl);
  const chain = async (): Promise<void> => {
    await publicClient.getBlockNumber({ cacheTime: 0 });
  };
  const health = await Promise.all([
    look("chain", state.chain, state.chain.rpcUrl, chain),
    ...state.providers.map((provider) =>
      look(provider.name, provider, provider.endpoint, async () => {
        const response = await fetch(`${provider.endpoint}/v1/info`, { signal: AbortSignal.timeout(2_000) });
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
      }),
    ),
  ]);
  return { state, health };
}

async function look(
  name: string,
  { process }: Pick<DevnetState["chain"], "process">,
  address: string,
  ask: () => Promise<void>,
): Promise<Health> {
  const base = { name, pid: process.pid, address };
  if (!isAlive(process)) return { ...base, state: "dead" };
  try {
    await ask();
    return { ...base, state: "up" };
  } catch {
    return { ...base, state: "silent" };
  }
}
