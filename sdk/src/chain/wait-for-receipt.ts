import type { Hash, TransactionReceipt } from "viem";
import { GliaError } from "../errors.ts";
import { explainRevert } from "./errors/explain-revert.ts";
import type { MarketClient } from "./market-client.ts";

/** How long a transaction may take to be mined before the caller is told to come back, in milliseconds. */
const RECEIPT_TIMEOUT = 180_000;

/**
 * Waits until a transaction is mined.
 * @throws GliaError `TX_REVERTED`, with the contract's reason as cause where it can be found; `TX_PENDING` after three minutes.
 */
export async function waitForReceipt(
  { publicClient }: MarketClient,
  hash: Hash,
  what: string,
  {
    signal,
    onMined,
  }: {
    readonly signal?: AbortSignal;
    readonly onMined?: (receipt: TransactionReceipt) => void | Promise<void>;
  } = {},
): Promise<TransactionReceipt> {
  let receipt: TransactionReceipt;
  try {
    receipt = await abortable(
      publicClient.waitForTransactionReceipt({
        hash,
        timeout: RECEIPT_TIMEOUT,
        pollingInterval: publicClient.pollingInterval,
      }),
      signal,
    );
  } catch (error) {
    throw explainRevert(error);
  }
  await onMined?.(receipt);
  if (receipt.status === "success") return receipt;
  throw new GliaError("TX_REVERTED", `The transaction ${hash} to ${what} was mined but refused.`, {
    kind: "refused",
    hint: "Something changed between the simulation and the block: look at the job, then try again.",
    details: { hash, blockNumber: receipt.blockNumber.toString() },
  });
}

/** Stops waiting, not the work. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
