import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { deployments, parseDeployment, type DeployedToken, type Deployment } from "@glia/contracts";
import { GliaError } from "@glia/sdk";
import { createPublicClient, http, type PublicClient } from "viem";

import { devnetPaths, gliaHome } from "../devnet/paths.ts";
import { isAlive } from "../devnet/process.ts";
import { findDevnet, type DevnetState } from "../devnet/state.ts";

/** Options of every command that touches a chain. */
export interface NetworkOptions {
  readonly rpc?: string;
  readonly deployment?: string;
}

/** The chain, the contracts on it, and where this buyer's files for it are. */
export interface Network {
  readonly publicClient: PublicClient;
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  /** Folder of job records and content; one per market, so that networks never mix. */
  readonly dataDir: string;
  /** Set when the devnet of this machine is used. */
  readonly devnet?: DevnetState;
}

/**
 * Finds the network: `--rpc` (or GLIA_RPC) with `--deployment` (or GLIA_DEPLOYMENT) or a known chain id; without an RPC the devnet that
 * `glia devnet up` left here.
 * @throws GliaError `NO_NETWORK`, `DEVNET_DOWN`, `RPC_UNREACHABLE`, `DEPLOYMENT_FILE_INVALID`, `NO_DEPLOYMENT`, `WRONG_CHAIN`.
 */
export async function openNetwork(options: NetworkOptions): Promise<Network> {
  const rpcUrl = options.rpc ?? process.env["GLIA_RPC"];
  if (rpcUrl === undefined) return devnetNetwork();
  const publicClient = createPublicClient({ transport: http(checkUrl(rpcUrl)) });
  const chainId = await readChainId(publicClient, rpcUrl);
  const file = options.deployment ?? process.env["GLIA_DEPLOYMENT"];
  const deployment = file === undefined ? deployments[chainId] : readDeployment(file);
  if (deployment === undefined) {
    throw new GliaError("NO_DEPLOYMENT", `No Glia is known on chain ${chainId}.`, {
      kind: "usage",
      hint: "Give its addresses with --deployment <file>, or check --rpc.",
      details: { chainId },
    });
  }
  if (deployment.chainId !== chainId) {
    throw new GliaError(
      "WRONG_CHAIN",
      `${rpcUrl} is chain ${chainId}, but the deployment is on chain ${deployment.chainId}.`,
      {
        kind: "usage",
        hint: `Give an RPC endpoint of chain ${deployment.chainId}.`,
        details: { expected: deployment.chainId, actual: chainId },
      },
    );
  }
  const dataDir = join(gliaHome(), "buyer", `${chainId}-${deployment.market.toLowerCase()}`);
  return { publicClient, rpcUrl, deployment, dataDir };
}

function devnetNetwork(): Network {
  const devnet = findDevnet();
  if (devnet === undefined) {
    throw new GliaError("NO_NETWORK", "No network was given and no devnet is here.", {
      kind: "usage",
      hint: "Give --rpc <url> (or set GLIA_RPC), or start a local network with: glia devnet up",
    });
  }
  const { rpcUrl, process } = devnet.chain;
  if (!isAlive(process)) {
    throw new GliaError("DEVNET_DOWN", "The devnet of this machine is stopped.", {
      kind: "network",
      hint: "Start it again with: glia devnet up; or name another network with --rpc <url>.",
    });
  }
  const publicClient = createPublicClient({ transport: http(rpcUrl), pollingInterval: 200, cacheTime: 0 });
  return { publicClient, rpcUrl, deployment: devnet.deployment, dataDir: join(devnetPaths().root, "buyer"), devnet };
}

/** The token named by address or symbol; without a name the first one that the deployment lists, else GLIA. */
export function findToken({ deployment }: Network, name: string | undefined): DeployedToken {
  const glia: DeployedToken = { address: deployment.glia, symbol: "GLIA", decimals: 18 };
  const known = [...deployment.tokens, glia];
  const wanted = name?.toLowerCase();
  const found =
    wanted === undefined
      ? known[0]
      : known.find(({ symbol, address }) => symbol.toLowerCase() === wanted || address.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw new GliaError("TOKEN_UNKNOWN", `No token ${JSON.stringify(name)} is known here.`, {
    kind: "usage",
    hint: `Use one of: ${known.map(({ symbol, address }) => `${symbol} (${address})`).join(", ")}.`,
  });
}

function checkUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new GliaError("RPC_URL_INVALID", `${JSON.stringify(url)} is no RPC endpoint.`, {
    kind: "usage",
    hint: "It must look like http://127.0.0.1:8545 or https://rpc.example.org.",
  });
}

async function readChainId(publicClient: PublicClient, rpcUrl: string): Promise<number> {
  try {
    return await publicClient.getChainId();
  } catch (cause) {
    throw new GliaError("RPC_UNREACHABLE", `${rpcUrl} does not answer.`, {
      kind: "network",
      hint: "Check the address and that the endpoint is up.",
      retryable: true,
      cause,
    });
  }
}

function readDeployment(file: string): Deployment {
  try {
    if (!existsSync(file)) throw new Error("there is no such file");
    return parseDeployment(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new GliaError(
      "DEPLOYMENT_FILE_INVALID",
      `${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        kind: "usage",
        hint: "Give a file that `npm run deploy` wrote.",
        cause,
      },
    );
  }
}
