import { GliaError } from "@glia/sdk";
import { type Address, getAddress, isAddress } from "viem";

/** Reads an option's value as an address; throws `OPTION_INVALID` that names the option. */
export function parseAddress(option: string, text: string | boolean | undefined): Address {
  if (typeof text === "string" && isAddress(text, { strict: false })) return getAddress(text);
  throw new GliaError("OPTION_INVALID", `${option} is ${String(text)}; it must be an address, 0x and 40 hex digits`, {
    kind: "usage",
  });
}
