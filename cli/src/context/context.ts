import { join } from "node:path";

import {
  addressesOf,
  createMarketClient,
  GliaClient,
  type ClientParts,
  type ContentStore,
  type JobStore,
  type MarketClient,
} from "@glia/sdk";
import { fileJobStore, openFsStore } from "@glia/sdk/node";

import { createOutput, type Output } from "../terminal/output.ts";
import { openNetwork, type Network, type NetworkOptions } from "./network.ts";
import { openWallet, type WalletOptions } from "./wallet.ts";

/** What the options of nearly every command amount to. */
export interface CommonOptions extends NetworkOptions, WalletOptions {
  readonly json?: boolean;
}

/** Everything a command works with. */
export interface Context {
  readonly network: Network;
  readonly client: MarketClient;
  readonly content: ContentStore;
  readonly jobs: JobStore;
  readonly parts: ClientParts;
  readonly glia: GliaClient;
  readonly output: Output;
}

/** Opens network, store and records; with `sign` the wallet too. */
export async function openContext(options: CommonOptions, { sign }: { readonly sign: boolean }): Promise<Context> {
  const network = await openNetwork(options);
  const walletClient = sign ? await openWallet(network, options) : undefined;
  const client = createMarketClient({
    publicClient: network.publicClient,
    deployment: addressesOf(network.deployment),
    ...(walletClient === undefined ? {} : { walletClient }),
  });
  const content = await openFsStore(join(network.dataDir, "content"));
  const jobs = fileJobStore(join(network.dataDir, "jobs"));
  const devnet = network.devnet !== undefined;
  const parts: ClientParts = { client, content, jobs, allowPrivate: devnet, ...(devnet ? { interval: 200 } : {}) };
  return {
    network,
    client,
    content,
    jobs,
    parts,
    glia: new GliaClient(parts),
    output: createOutput(options.json === true),
  };
}

/** Account that the wallet signs for. */
export function accountOf(client: MarketClient): `0x${string}` {
  return client.requireWallet().account.address;
}
