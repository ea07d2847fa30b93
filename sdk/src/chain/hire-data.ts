import { encodeAbiParameters } from "viem";
import type { AbiParameter, Hex } from "viem";
import { jobMarketAbi } from "./abis.ts";
import type { JobSpec, Quote } from "./types.ts";

/** `hire`'s parameters are exactly what the market decodes from the Vault's call. */
const HIRE_INPUTS: readonly AbiParameter[] = jobMarketAbi
  .filter((item) => item.type === "function")
  .filter((item) => item.name === "hire")
  .flatMap((item) => [...item.inputs]);

/** The data with which `Vault.depositAndCall` makes the market hire: `abi.encode(spec, quote, signature)`. */
export function encodeHireData(spec: JobSpec, quote: Quote, signature: Hex): Hex {
  return encodeAbiParameters(HIRE_INPUTS, [spec, quote, signature]);
}
