import type { Client } from "viem";
import { getChainId } from "viem/actions";
import { GliaError } from "../errors.ts";
import { explainRevert } from "./errors/explain-revert.ts";

/** @throws GliaError `WRONG_CHAIN` unless the client (an RPC endpoint or a wallet) stands on `expected`. */
export async function assertChain(client: Client, expected: number, who = "The RPC endpoint"): Promise<void> {
  let actual: number;
  try {
    actual = await getChainId(client);
  } catch (error) {
    throw explainRevert(error);
  }
  if (actual === expected) return;
  throw new GliaError("WRONG_CHAIN", `${who} is on chain ${actual}; this market is on chain ${expected}.`, {
    kind: "usage",
    hint: `Switch to chain ${expected}, or choose the market of chain ${actual}.`,
    details: { actual, expected },
  });
}
