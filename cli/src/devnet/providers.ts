import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Deployment } from "@glia/contracts";
import { initNode, nodeProgram } from "@glia/provider";
import { addressesOf, createMarketClient, GliaError, profileCall, sendCall, signPermit, stakeCall } from "@glia/sdk";
import { bytesToHex, parseEther } from "viem";

import { devnetAccounts, type DevnetClients } from "./accounts.ts";
import { freePort, type LocalChain } from "./chain.ts";
import { giveGlia, testDollar } from "./fund.ts";
import type { DevnetPaths } from "./paths.ts";
import { PRICE_LISTS } from "./price-lists.ts";
import { isAlive, startDetached, stopProcess, waitUntil } from "./process.ts";
import type { DevnetProvider } from "./state.ts";

/** GLIA that each provider stakes at the market; enough for jobs of some hundred test dollars at once. */
const STAKE = "100000";

export interface EnrolOptions {
  /** Counted from 1. */
  readonly index: number;
  readonly paths: DevnetPaths;
  readonly clients: DevnetClients;
  readonly chain: LocalChain;
  readonly deployment: Deployment;
}

/** Makes a provider's data directory, stakes and registers it. What is done already is not done again. */
export async function enrolProvider({ index, paths, clients, chain, deployment }: EnrolOptions): Promise<void> {
  const directory = paths.provider(index);
  const [owner, operator] = [devnetAccounts.owner(index), devnetAccounts.operator(index)];
  const { port } = existsSync(join(directory, "config.json"))
    ? readPorts(directory)
    : await initialise({ index, paths, clients, chain, deployment }, directory);
  const walletClient = clients.wallet(owner);
  const client = createMarketClient({ publicClient: clients.publicClient, walletClient, deployment: addressesOf(deployment) });
  const { free, locked } = await client.position(owner.address);
  if (free + locked === 0n) {
    await giveGlia(clients, deployment, owner.address, STAKE);
    const amount = parseEther(STAKE);
    const permit = await signPermit(client, { token: deployment.glia, spender: deployment.registry, value: amount });
    await sendCall(client, stakeCall(deployment.registry, deployment.market, amount, permit));
  }
  const profile = { operator: operator.address, capabilities: 0n, endpoint: `http://127.0.0.1:${port}` };
  const entry = await client.provider(owner.address);
  if (!entry.registered) await sendCall(client, profileCall(deployment.registry, "register", profile));
}
