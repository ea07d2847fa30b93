import { GliaError } from "@glia/sdk";

import { devnetClients, MAX_PROVIDERS } from "./accounts.ts";
import { devnetPaths } from "./paths.ts";
import type { ProcessRef } from "./process.ts";
import { enrolProvider, startProvider, type ProviderProgram, type ProviderTraits } from "./providers.ts";
import { readDevnet, writeDevnet, type DevnetState } from "./state.ts";

/** One more provider for a running devnet. */
export interface AddProviderOptions extends ProviderTraits {
  readonly root?: string;
  readonly program: ProviderProgram;
}

/**
 * Adds a provider with a program of its own to a running devnet, whose `down` stops it like the others.
 * @throws GliaError `DEVNET_NOT_UP`, `DEVNET_FULL`, `PROVIDER_NOT_READY`.
 */
export async function addProvider({ root, program, ...traits }: AddProviderOptions): Promise<DevnetState> {
  const state = readDevnet(root);
  const index = state.providers.length + 1;
  if (index > MAX_PROVIDERS) {
    throw new GliaError("DEVNET_FULL", `A devnet has at most ${MAX_PROVIDERS} providers.`, {
      kind: "usage",
      hint: "Start one with fewer providers.",
    });
  }
  const { chain, deployment } = state;
  const spawned: ProcessRef[] = [];
  const parts = { paths: devnetPaths(root), clients: devnetClients(chain.rpcUrl), chain, deployment, spawned };
  await enrolProvider(parts, index, traits);
  const added: DevnetState = { ...state, providers: [...state.providers, await startProvider(parts, index, program)] };
  writeDevnet(added, root);
  return added;
}
