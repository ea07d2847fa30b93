import { encodeFunctionData } from "viem";
import type { Address } from "viem";
import { providerRegistryAbi as abi } from "./abis.ts";
import type { ContractCall } from "./contract-call.ts";
import type { Permit } from "./sign-permit.ts";

/** What a provider tells the world about itself. */
export interface ProviderProfile {
  /** Hot key that signs quotes, rejects and reveals. */
  readonly operator: Address;
  readonly capabilities: bigint;
  /** Base URL of the quote server. */
  readonly endpoint: string;
}

/** Registers the caller as provider, or changes its profile. */
export function profileCall(
  registry: Address,
  functionName: "register" | "update",
  { operator, capabilities, endpoint }: ProviderProfile,
): ContractCall {
  return {
    to: registry,
    data: encodeFunctionData({ abi, functionName, args: [operator, capabilities, endpoint] }),
    what: functionName === "register" ? "register the provider" : "update the provider",
  };
}

/** Removes the caller from the registry. */
export function deregisterCall(registry: Address): ContractCall {
  return {
    to: registry,
    data: encodeFunctionData({ abi, functionName: "deregister" }),
    what: "deregister the provider",
  };
}

/** Puts `amount` GLIA units of stake at a market. */
export function stakeCall(registry: Address, market: Address, amount: bigint, permit?: Permit): ContractCall {
  const data =
    permit === undefined
      ? encodeFunctionData({ abi, functionName: "stake", args: [market, amount] })
      : encodeFunctionData({ abi, functionName: "stakeWithPermit", args: [market, amount, permit] });
  return { to: registry, data, what: "stake GLIA" };
}

/** Takes `amount` GLIA units of free stake out of a market. */
export function unstakeCall(registry: Address, market: Address, amount: bigint, to: Address): ContractCall {
  return {
    to: registry,
    data: encodeFunctionData({ abi, functionName: "unstake", args: [market, amount, to] }),
    what: "unstake GLIA",
  };
}

/** Moves `amount` GLIA units of free stake from one market to another. */
export function moveStakeCall(registry: Address, from: Address, to: Address, amount: bigint): ContractCall {
  return {
    to: registry,
    data: encodeFunctionData({ abi, functionName: "moveStake", args: [from, to, amount] }),
    what: "move stake",
  };
}

/** Cancels all quotes of a provider; callable by it or its operator. */
export function bumpQuoteNonceCall(registry: Address, provider: Address): ContractCall {
  return {
    to: registry,
    data: encodeFunctionData({ abi, functionName: "bumpQuoteNonce", args: [provider] }),
    what: "cancel all quotes",
  };
}
