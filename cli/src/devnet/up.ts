import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { parseDeployment, type Deployment as DeploymentFile } from "@glia/contracts";
import { deploy } from "@glia/contracts/deploy";
import { GliaError } from "@glia/sdk";
import { bytesToHex } from "viem";

import { devnetAccounts, devnetClients, MAX_PROVIDERS } from "./accounts.ts";
import { startChain, type LocalChain } from "./chain.ts";
import { compileIfNeeded } from "./compile.ts";
import { fundBuyer } from "./fund.ts";
import { devnetPaths, type DevnetPaths } from "./paths.ts";
import { isAlive, stopProcess, type ProcessRef } from "./process.ts";
import { enrolProvider, providerName, startProvider } from "./providers.ts";
import { findDevnet, writeDevnet, type DevnetState } from "./state.ts";

/** Milliseconds that a provider without a chain gets to end by itself. */
const PROVIDER_GRACE = 5_000;

/** How a devnet is to be. */
export interface DevnetOptions {
  /** Folder of all its files; `$GLIA_HOME/devnet` if not given. */
  readonly root?: string;
  /** Port of the chain's RPC. */
  readonly port: number;
  /** Number of provider processes, 1 to 4. */
  readonly providers: number;
  readonly onStep?: (text: string) => void;
  /** Stops whatever was started and rejects. */
  readonly signal?: AbortSignal;
}

/**
 * Brings up a whole local Glia: chain, contracts, funded accounts, provider processes. What runs already is left alone, what was
 * stopped or died is started again on its old data.
 * @throws GliaError `DEVNET_PROVIDERS_INVALID`, `PORT_IN_USE`, `CHAIN_NOT_STARTED`, `PROVIDER_NOT_READY`.
 */
export async function devnetUp(options: DevnetOptions): Promise<DevnetState> {
  const { providers, onStep = () => undefined } = options;
  if (!Number.isInteger(providers) || providers < 1 || providers > MAX_PROVIDERS) {
    throw new GliaError("DEVNET_PROVIDERS_INVALID", `A devnet has 1 to ${MAX_PROVIDERS} providers, not ${providers}.`, {
      kind: "usage",
      hint: "Give --providers 3.",
    });
  }
  const paths = devnetPaths(options.root);
  mkdirSync(paths.root, { recursive: true, mode: 0o700 });
  const before = findDevnet(options.root);
  await compileIfNeeded(onStep);

  const chain = await ensureChain(paths, before, options.port, onStep);
  const spawned: ProcessRef[] = before?.chain.process === chain.process ? [] : [chain.process];
  try {
    return await populate({ ...options, onStep }, paths, chain, before, spawned);
  } catch (error) {
    // Nothing half-made keeps running; the folder stays, so that its logs can be read.
    await Promise.all(spawned.map((child) => stopProcess(child, 5_000)));
    throw error;
  }
}

async function populate(
  { root, providers, onStep, signal }: DevnetOptions & { readonly onStep: (text: string) => void },
  paths: DevnetPaths,
  chain: LocalChain,
  before: DevnetState | undefined,
  spawned: ProcessRef[],
): Promise<DevnetState> {
  const clients = devnetClients(chain.rpcUrl);
  const deployment = await ensureContracts(paths, clients, onStep);
  await fundBuyer(clients, deployment);
  const buyer = devnetAccounts.buyer();
  // Whoever runs stays, and stays on record, also where fewer are asked for now.
  const started = before?.providers.filter(({ process }) => isAlive(process)) ?? [];
  const state = (): DevnetState => ({
    version: 1,
    chain,
    deployment,
    buyer: { address: buyer.address, privateKey: bytesToHex(buyer.getHdKey().privateKey ?? new Uint8Array()) },
    providers: started,
  });
  writeDevnet(state(), root);
  const parts = { paths, clients, chain, deployment, spawned };
  const missing: number[] = [];
  for (let index = 1; index <= providers; index += 1) {
    if (!started.some(({ name }) => name === providerName(index))) missing.push(index);
  }
  for (const index of missing) {
    signal?.throwIfAborted();
    onStep(`provider ${index}: stake, profile, configuration`);
    await enrolProvider(parts, index);
  }
  const outcomes = await Promise.allSettled(
    missing.map(async (index) => {
      started.push(await startProvider(parts, index));
      started.sort((a, b) => a.name.localeCompare(b.name));
      onStep(`provider ${index}: takes requests`);
      writeDevnet(state(), root);
    }),
  );
  signal?.throwIfAborted();
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  onStep(`up: ${chain.rpcUrl}, ${started.length} providers, state in ${paths.root}`);
  return state();
}

async function ensureChain(
  paths: DevnetPaths,
  before: DevnetState | undefined,
  port: number,
  onStep: (text: string) => void,
): Promise<LocalChain> {
  if (before !== undefined && isAlive(before.chain.process)) return before.chain;
  // Providers that outlived their chain would follow the new one with what they hold of the old.
  await Promise.all(before?.providers.map(({ process }) => stopProcess(process, PROVIDER_GRACE)) ?? []);
  // Hardhat's node keeps no state: what the providers remember would be of another chain.
  if (before?.chain.software === "hardhat" || !existsSync(paths.chainState)) {
    for (const stale of [paths.deployment, dirname(paths.provider(1)), paths.state])
      rmSync(stale, { recursive: true, force: true });
  }
  onStep("chain: starting");
  return await startChain({ port, stateFile: paths.chainState, logFile: paths.chainLog });
}

async function ensureContracts(
  paths: DevnetPaths,
  { publicClient, wallet }: ReturnType<typeof devnetClients>,
  onStep: (text: string) => void,
): Promise<DeploymentFile> {
  const file = paths.deployment;
  mkdirSync(dirname(file), { recursive: true });
  const recorded = existsSync(file) ? parseDeployment(JSON.parse(readFileSync(file, "utf8"))) : undefined;
  const { deployment, sent } = await deploy({
    publicClient,
    walletClient: wallet(devnetAccounts.deployer()),
    profile: "devnet",
    ...(recorded === undefined ? {} : { recorded }),
  });
  if (sent > 0) onStep(`contracts: deployed in ${sent} transactions`);
  writeFileSync(file, `${JSON.stringify(deployment, null, 2)}\n`);
  return deployment;
}
