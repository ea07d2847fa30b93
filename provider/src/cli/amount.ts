import { GliaError } from "@glia/sdk";
import { parseUnits } from "viem";

/** Reads a positive amount such as `1000` or `0.5` of something with `decimals` decimals into its smallest units. */
export function parseAmount(text: string, decimals: number, what: string): bigint {
  const fraction = /^\d+(?:\.(\d+))?$/.exec(text)?.[1];
  if (/^\d+(\.\d+)?$/.test(text) && (fraction?.length ?? 0) <= decimals) {
    const amount = parseUnits(text, decimals);
    if (amount > 0n) return amount;
  }
  throw new GliaError(
    "AMOUNT_INVALID",
    `${text} is no amount of ${what}; it must be a positive number with at most ${decimals} decimals`,
    {
      kind: "usage",
    },
  );
}
