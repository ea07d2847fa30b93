import { createMarketClient, GliaError, type MarketClient, resolveDeployment } from "@glia/sdk";
import { type Address, createPublicClient, type PublicClient } from "viem";

import { createFailover, type Failover } from "../adapters/chain/failover.ts";
import type { NodeConfig } from "../config/settings.ts";

/** The node's view of the chain. */
export interface ChainAccess {
  readonly client: MarketClient;
  readonly publicClient: PublicClient;
  readonly failover: Failover;
}

/**
 * Connects to the configured endpoints and market, and checks that at least one endpoint is on the right chain.
 * @throws GliaError `CONFIG_MISSING`, `CHAIN_ID_MISMATCH`, `RPC_UNREACHABLE`, `NO_DEPLOYMENT`, `NO_MARKET`.
 */
export async function connectChain(config: NodeConfig): Promise<ChainAccess> {
  const failover = createFailover({ urls: required(config.rpc, "rpc"), chainId: config.chainId });
  const publicClient = createPublicClient({
    transport: failover.transport,
    pollingInterval: config.pollMs,
    cacheTime: 0,
  });
  const overrides = { market: config.market, vault: config.vault, registry: config.registry, glia: config.gliaToken };
  const deployment = resolveDeployment(config.chainId, {
    ...Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)),
    ...(config.fromBlock === 0 ? {} : { fromBlock: BigInt(config.fromBlock) }),
  });
  const code = await publicClient.getCode({ address: deployment.market }).catch((error: unknown) => {
    throw rootGliaError(error);
  });
  if (code === undefined || code === "0x") {
    throw new GliaError(
      "NO_MARKET",
      `There is no contract at the market's address ${deployment.market} on chain ${config.chainId}`,
      {
        kind: "usage",
        hint: "Correct market, chainId or rpc in the configuration.",
      },
    );
  }
  return { client: createMarketClient({ publicClient, deployment }), publicClient, failover };
}

/** viem wraps what a transport throws; our own error says more. */
function rootGliaError(error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof GliaError) return at;
  return error;
}

/** The value of a setting without which nothing works. */
export function required<T>(value: T | undefined, key: string): T {
  if (value !== undefined) return value;
  throw new GliaError("CONFIG_MISSING", `The setting ${key} is not set`, {
    kind: "usage",
    hint: "`glia-node init` asks for it; `glia-node config show --origin` lists all settings.",
    details: { key },
  });
}

/** The provider's address from the configuration. */
export function requireProvider(config: NodeConfig): Address {
  return required(config.provider, "provider");
}
