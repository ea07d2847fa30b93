import type { Abi } from "viem";
import { accessManagerAbi, gliaTokenAbi, jobMarketAbi, providerRegistryAbi, vaultAbi } from "../abis.ts";

type AbiError = Extract<Abi[number], { readonly type: "error" }>;

/** Every custom error that a call to Glia's contracts can end with, each once. */
export const errorAbi: readonly AbiError[] = collect([
  jobMarketAbi,
  vaultAbi,
  providerRegistryAbi,
  gliaTokenAbi,
  accessManagerAbi,
]);

function collect(abis: readonly Abi[]): AbiError[] {
  const found = new Map<string, AbiError>();
  for (const item of abis.flat()) {
    if (item.type === "error") found.set(`${item.name}(${item.inputs.map((input) => input.type).join(",")})`, item);
  }
  return [...found.values()];
}
