import { isAddress } from "viem";
import type { Address } from "viem";
import { deployments } from "@glia/contracts";
import { GliaError } from "../errors.ts";

/** Where Glia's contracts are on one chain. */
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

/**
 * The address book entry of a chain; `overrides` wins member by member.
 * @throws GliaError `NO_DEPLOYMENT` where an address is missing or malformed.
 */
export function resolveDeployment(chainId: number, overrides: Partial<Deployment> = {}): Deployment {
  const known: Readonly<Record<string, unknown>> = { ...deployments[chainId] };
  const find = (name: "market" | "vault" | "registry" | "glia"): Address => {
    const value = overrides[name] ?? known[name];
    if (typeof value === "string" && isAddress(value, { strict: false })) return value;
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
    fromBlock: overrides.fromBlock ?? BigInt(Number(known["fromBlock"] ?? 0)),
  };
}
