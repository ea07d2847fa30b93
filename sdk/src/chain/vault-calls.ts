import { encodeFunctionData, erc20Abi } from "viem";
import type { Address, Hex } from "viem";
import { vaultAbi as abi } from "./abis.ts";
import type { ContractCall } from "./contract-call.ts";
import type { Permit } from "./sign-permit.ts";

/** Lets the Vault pull `amount` token units from the wallet; for tokens and wallets without permits. */
export function approveCall(token: Address, vault: Address, amount: bigint): ContractCall {
  return {
    to: token,
    data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [vault, amount] }),
    what: "let the Vault take the tokens",
  };
}

/** Moves `amount` token units from the wallet into the Vault. */
export function depositCall(vault: Address, token: Address, amount: bigint, permit?: Permit): ContractCall {
  const data =
    permit === undefined
      ? encodeFunctionData({ abi, functionName: "deposit", args: [token, amount] })
      : encodeFunctionData({ abi, functionName: "depositWithPermit", args: [token, amount, permit] });
  return { to: vault, data, what: "deposit into the Vault" };
}

/** Permit, deposit, allowance and a call to the market in one transaction. `allowance` is left alone if zero. */
export function depositAndCallCall(
  vault: Address,
  {
    token,
    amount,
    permit,
    market,
    allowance,
    data,
    what,
  }: {
    readonly token: Address;
    readonly amount: bigint;
    readonly permit: Permit;
    readonly market: Address;
    readonly allowance: bigint;
    readonly data: Hex;
    readonly what: string;
  },
): ContractCall {
  const args = [token, amount, permit, market, allowance, data] as const;
  return { to: vault, data: encodeFunctionData({ abi, functionName: "depositAndCall", args }), what };
}

/** Moves `amount` token units of the Vault balance to `to`. */
export function withdrawCall(vault: Address, token: Address, amount: bigint, to: Address): ContractCall {
  return {
    to: vault,
    data: encodeFunctionData({ abi, functionName: "withdraw", args: [token, amount, to] }),
    what: "withdraw from the Vault",
  };
}

/** Sets what `market` may escrow from the caller's balance, in token units. */
export function allowCall(vault: Address, market: Address, token: Address, amount: bigint): ContractCall {
  return {
    to: vault,
    data: encodeFunctionData({ abi, functionName: "allow", args: [market, token, amount] }),
    what: "set the market's allowance",
  };
}
