import { isAddress } from "viem";
import type { Address } from "viem";
import { deployments } from "@glia/contracts";
import type { Deployment as DeploymentFile } from "@glia/contracts";
import { GliaError } from "../errors.ts";

/** Where Glia's contracts are on one chain; what every client needs to know. */
export interface Deployment {
  readonly chainId: number;
  readonly market: Address;
  readonly vault: Address;
  readonly registry: Address;
  /** The GLIA token. */
  readonly glia: Address;
  /** Block from which events are read: that of the deployment. */
  readonly fromBlock: bigint;
}

/** The part of a deployment file that clients need. */
export function addressesOf({ chainId, market, vault, registry, glia, block }: DeploymentFile): Deployment {
  return { chainId, market, vault, registry, glia, fromBlock: BigInt(block) };
}

/**
 * The address book's entry of a chain; `overrides` wins member by member.
 * @throws GliaError `NO_DEPLOYMENT` where an address is missing or malformed.
 */
export function resolveDeployment(chainId: number, overrides: Partial<Omit<Deployment, "chainId">> = {}): Deployment {
  const file = deployments[chainId];
  const known: Partial<Deployment> = { ...(file === undefined ? {} : addressesOf(file)), ...overrides };
  const find = (name: "market" | "vault" | "registry" | "glia"): Address => {
    const value = known[name];
    if (value !== undefined && isAddress(value, { strict: false })) return value;
    throw new GliaError("NO_DEPLOYMENT", `No address of the ${name} contract is known on chain ${chainId}.`, {
      kind: "usage",
      hint: "Check the RPC endpoint's network, or give the contract addresses.",
      details: { chainId, contract: name },
    });
  };
  return {
    chainId,
    market: find("market"),
    vault: find("vault"),
    registry: find("registry"),
    glia: find("glia"),
    fromBlock: known.fromBlock ?? 0n,
  };
}
