import { GliaError } from "@glia/sdk";
import { formatEther, formatUnits, parseUnits } from "viem";

/** What amounts of a token are written with. */
export interface Unit {
  readonly symbol: string;
  readonly decimals: number;
}

/** `1500000n` → `1.5 TUSD`. */
export function showAmount(amount: bigint, { symbol, decimals }: Unit): string {
  return `${formatUnits(amount, decimals)} ${symbol}`;
}

/** Wei of the native coin, to six significant decimals. */
export function showWei(wei: bigint): string {
  return `${Number(formatEther(wei)).toPrecision(3)} ETH`;
}

/**
 * Reads an amount such as `1.5` in whole tokens.
 * @throws GliaError `AMOUNT_INVALID` for anything else, zero, or more decimals than the token has.
 */
export function readAmount(text: string, { symbol, decimals }: Unit): bigint {
  const fraction = text.split(".")[1] ?? "";
  if (/^\d{1,30}(\.\d+)?$/.test(text) && fraction.length <= decimals) {
    const amount = parseUnits(text, decimals);
    if (amount > 0n) return amount;
  }
  throw new GliaError("AMOUNT_INVALID", `${JSON.stringify(text)} is no amount of ${symbol}.`, {
    kind: "usage",
    hint: `Give a number above zero with at most ${decimals} decimals, such as 1.5.`,
  });
}
