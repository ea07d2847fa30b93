import type { Abi } from "viem";
import {
  accessManagerAbi,
  assuranceAbi,
  blockhashBeaconAbi,
  disputesAbi,
  gliaTokenAbi,
  headerBeaconAbi,
  jobMarketAbi,
  providerRegistryAbi,
  refereeAbi,
  vaultAbi,
} from "../abis.ts";

type AbiError = Extract<Abi[number], { readonly type: "error" }>;

/** Every custom error that a call to Glia's contracts can end with, each once. */
export const errorAbi: readonly AbiError[] = collect([
  jobMarketAbi,
  vaultAbi,
  providerRegistryAbi,
  gliaTokenAbi,
  accessManagerAbi,
  assuranceAbi,
  disputesAbi,
  // What the referee and the beacons revert with, their callers pass on.
  refereeAbi,
  blockhashBeaconAbi,
  headerBeaconAbi,
]);

/** Contracts may name the arguments of one error differently; sentences use the names of the first. */
function collect(abis: readonly Abi[]): AbiError[] {
  const found = new Map<string, AbiError>();
  for (const item of abis.flat()) {
    if (item.type !== "error") continue;
    const signature = `${item.name}(${item.inputs.map((input) => input.type).join(",")})`;
    if (!found.has(signature)) found.set(signature, item);
  }
  return [...found.values()];
}
