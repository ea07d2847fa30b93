import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Deployment } from "@glia/contracts";
import { initNode, nodeProgram, UNSANDBOXED_SENTENCE } from "@glia/provider";
import {
  addressesOf,
  approveCall,
  assuranceOf,
  createMarketClient,
  enrolCall,
  GliaError,
  profileCall,
  sendCall,
  stakeCall,
  type MarketClient,
} from "@glia/sdk";
import { bytesToHex, parseEther, type Address } from "viem";

import { devnetAccounts, type DevnetClients } from "./accounts.ts";
import { freePort, type LocalChain } from "./chain.ts";
import { giveGlia, testDollar } from "./fund.ts";
import type { DevnetPaths } from "./paths.ts";
import { PRICE_LISTS, type PriceList } from "./price-lists.ts";
import { isAlive, startDetached, stopProcess, waitUntil, type ProcessRef } from "./process.ts";
import type { DevnetProvider } from "./state.ts";

/** GLIA that each provider stakes at the market; enough for jobs of some thousand test dollars at once. */
const STAKE = "100000";
/** GLIA that each auditor enrols: the bonds of a hundred attestations at once. */
const AUDITING_STAKE = "10000";
const CONFIG = "config.json";
/** Milliseconds that a provider may take to answer after its start. */
const PATIENCE = 60_000;

/** What all providers of a devnet share. */
export interface DevnetParts {
  readonly paths: DevnetPaths;
  readonly clients: DevnetClients;
  readonly chain: LocalChain;
  readonly deployment: Deployment;
  /** Takes every process as soon as it is there. */
  readonly spawned: ProcessRef[];
}

/** How a provider of the devnet may differ from its neighbours. */
export interface ProviderTraits {
  /** What it asks; by default the price list of its number. */
  readonly prices?: PriceList;
  /** Whether it audits the others' jobs; it does by default. */
  readonly audit?: boolean;
}

/** Makes a provider's data directory, stakes, enrols and registers it. What is done already is not done again. */
export async function enrolProvider(parts: DevnetParts, index: number, traits: ProviderTraits = {}): Promise<void> {
  const { paths, clients, deployment } = parts;
  const directory = paths.provider(index);
  if (existsSync(join(directory, CONFIG))) pointAt(directory, parts.chain.rpcUrl);
  else await initialise(parts, index, directory, traits);
  const owner = devnetAccounts.owner(index);
  const client = createMarketClient({
    publicClient: clients.publicClient,
    walletClient: clients.wallet(owner),
    deployment: addressesOf(deployment),
  });
  const { free, locked } = await client.position(owner.address);
  if (free + locked === 0n) {
    const amount = parseEther(STAKE);
    await giveGlia(clients, deployment, owner.address, amount);
    await sendCall(client, approveCall(deployment.glia, deployment.registry, amount));
    await sendCall(client, stakeCall(deployment.registry, deployment.market, amount));
  }
  const { registered } = await client.provider(owner.address);
  if (!registered) {
    const operator = devnetAccounts.operator(index).address;
    const profile = { operator, capabilities: 0n, endpoint: endpointOf(directory) };
    await sendCall(client, profileCall(deployment.registry, "register", profile));
  }
  // Auditors are registered providers.
  if (traits.audit ?? true) await enrolAuditor(parts, client, owner.address);
}

/** Puts auditing stake into the draw, once. */
async function enrolAuditor({ clients, deployment }: DevnetParts, client: MarketClient, owner: Address): Promise<void> {
  const { assurance, registry, glia } = deployment;
  if (assurance === undefined) return;
  const { enrolled } = await (await assuranceOf(client, assurance)).auditorOf(owner);
  if (enrolled > 0n) return;
  const amount = parseEther(AUDITING_STAKE);
  await giveGlia(clients, deployment, owner, amount);
  await sendCall(client, approveCall(glia, registry, amount));
  await sendCall(client, stakeCall(registry, assurance, amount));
  await sendCall(client, enrolCall(assurance, amount));
}

/** Arguments of Node that run a provider on a data directory; by default the shipped program. */
export type ProviderProgram = (dataDir: string) => readonly string[];

const shipped: ProviderProgram = (dataDir) => [nodeProgram(), "start", "--data-dir", dataDir];

/** Starts a provider's process and waits until it takes requests. */
export async function startProvider(
  { paths, spawned }: Pick<DevnetParts, "paths" | "spawned">,
  index: number,
  program: ProviderProgram = shipped,
): Promise<DevnetProvider> {
  const dataDir = paths.provider(index);
  const logFile = paths.providerLog(index);
  const endpoint = endpointOf(dataDir);
  const child = await startDetached(process.execPath, program(dataDir), { logFile });
  spawned.push(child);
  const ready = await waitUntil(async () => !isAlive(child) || (await answers(`${endpoint}/v1/info`)), PATIENCE);
  if (!ready || !isAlive(child)) {
    await stopProcess(child, 1_000);
    throw new GliaError("PROVIDER_NOT_READY", `Provider ${index} did not answer on ${endpoint}.`, {
      kind: "internal",
      hint: `Read ${logFile}.`,
    });
  }
  return {
    name: providerName(index),
    process: child,
    dataDir,
    logFile,
    owner: devnetAccounts.owner(index).address,
    operator: devnetAccounts.operator(index).address,
    endpoint,
  };
}

/** What provider `index`, counted from 1, is called. */
export function providerName(index: number): string {
  return `provider ${index}`;
}

/** Tells a stopped provider where the chain is: its port may be another than the last time. */
function pointAt(directory: string, rpcUrl: string): void {
  const file = join(directory, CONFIG);
  const config = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, `${JSON.stringify({ ...config, rpc: [rpcUrl] }, null, 2)}\n`);
}

function endpointOf(directory: string): string {
  const { port } = JSON.parse(readFileSync(join(directory, CONFIG), "utf8")) as { port: number };
  return `http://127.0.0.1:${port}`;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false; // Not up yet.
  }
}

async function initialise(
  { chain, deployment }: DevnetParts,
  index: number,
  directory: string,
  { prices = PRICE_LISTS[(index - 1) % PRICE_LISTS.length], audit = true }: ProviderTraits,
): Promise<void> {
  const key = devnetAccounts.operator(index).getHdKey().privateKey;
  if (key === null) throw new Error("A mnemonic account without a private key.");
  await initNode({
    directory,
    operatorKey: bytesToHex(key),
    devnet: true,
    config: {
      chainId: deployment.chainId,
      rpc: [chain.rpcUrl],
      market: deployment.market,
      registry: deployment.registry,
      vault: deployment.vault,
      gliaToken: deployment.glia,
      fromBlock: deployment.block,
      // This machine's own chain is never reorganised, and a stopped one is not too old to be read.
      confirmations: 0,
      maxHeadAge: 0,
      pollMs: 200,
      provider: devnetAccounts.owner(index).address,
      port: await freePort(),
      controlPort: await freePort(),
      prices: { [testDollar(deployment).address]: prices },
      audit,
      allowLoopbackSources: true,
      // Only this machine's own jobs come here.
      allowUnsandboxedModels: UNSANDBOXED_SENTENCE,
    },
  });
}
