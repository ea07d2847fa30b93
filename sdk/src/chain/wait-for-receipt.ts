import type { Hash, PublicClient, TransactionReceipt } from "viem";
import { WaitForTransactionReceiptTimeoutError } from "viem";
import { GliaError } from "../errors.ts";
import { explainRevert } from "./errors/explain-revert.ts";
import type { MarketClient } from "./market-client.ts";
import { receiptOf, replacementOf, transactionOf } from "./mined.ts";
import { sleep } from "./sleep.ts";

/** How long a transaction may take to be mined before the caller is told to come back, in milliseconds. */
const RECEIPT_TIMEOUT = 180_000;

/**
 * Waits until a transaction is mined, or the same one at another price, as wallets offer it.
 * @throws GliaError `TX_REVERTED`; `TX_REPLACED` if the wallet sent something else in its place; `TX_PENDING` after three minutes.
 */
export async function waitForReceipt(
  { publicClient }: Pick<MarketClient, "publicClient">,
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
    receipt = await mined(publicClient, hash, what, signal);
  } catch (error) {
    throw explainRevert(error);
  }
  await onMined?.(receipt);
  if (receipt.status === "success") return receipt;
  throw new GliaError("TX_REVERTED", `The transaction ${receipt.transactionHash} to ${what} was mined but refused.`, {
    kind: "refused",
    hint: "Something changed between the simulation and the block: look at the job, then try again.",
    details: { hash: receipt.transactionHash, blockNumber: receipt.blockNumber.toString() },
  });
}

/**
 * Asks for the receipt itself at every turn. viem's own wait asks once per new block, so it sleeps for good where an endpoint showed the
 * block before the receipt and no further block comes: a chain that mines only what is sent.
 */
async function mined(
  publicClient: PublicClient,
  hash: Hash,
  what: string,
  signal: AbortSignal | undefined,
): Promise<TransactionReceipt> {
  const until = Date.now() + RECEIPT_TIMEOUT;
  let sent: Awaited<ReturnType<typeof transactionOf>>;
  for (;;) {
    signal?.throwIfAborted();
    const receipt = await receiptOf(publicClient, hash);
    if (receipt !== undefined) return receipt;
    sent ??= await transactionOf(publicClient, hash);
    const instead = sent === undefined ? undefined : await replacementOf(publicClient, sent);
    if (instead?.same === true) return instead.receipt;
    if (instead !== undefined) throw replaced(hash, what, instead.receipt);
    if (Date.now() > until) throw new WaitForTransactionReceiptTimeoutError({ hash });
    await sleep(publicClient.pollingInterval, signal);
  }
}

function replaced(hash: Hash, what: string, { transactionHash }: TransactionReceipt): GliaError {
  return new GliaError("TX_REPLACED", `The wallet replaced the transaction ${hash} to ${what} by ${transactionHash}.`, {
    kind: "refused",
    hint: "If you did not cancel it yourself, look at what else uses this account; then try again.",
    retryable: true,
    details: { hash, by: transactionHash },
  });
}
