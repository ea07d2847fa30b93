import { join } from "node:path";

import type { DevnetState } from "@glia/cli/devnet";
import { devnetAccounts, devnetClients } from "@glia/cli/devnet";
import { addressesOf, createMarketClient, GliaClient } from "@glia/sdk";
import type { ClientParts } from "@glia/sdk";
import { fileJobStore, openFsStore } from "@glia/sdk/node";

/** The demo's buyer: a wallet, a store of its own, and the SDK's client over both. */
export interface Buyer {
  readonly parts: ClientParts;
  readonly glia: GliaClient;
  readonly address: `0x${string}`;
}

/** Opens the buyer on a devnet; its files are in `directory`. */
export async function openBuyer(devnet: DevnetState, directory: string): Promise<Buyer> {
  const clients = devnetClients(devnet.chain.rpcUrl);
  const account = devnetAccounts.buyer();
  const client = createMarketClient({
    publicClient: clients.publicClient,
    walletClient: clients.wallet(account),
    deployment: addressesOf(devnet.deployment),
  });
  const parts: ClientParts = {
    client,
    content: await openFsStore(join(directory, "content")),
    jobs: fileJobStore(join(directory, "jobs")),
    allowPrivate: true,
    interval: 100,
  };
  return { parts, glia: new GliaClient(parts), address: account.address };
}
