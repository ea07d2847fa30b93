import { isAddressEqual, TransactionNotFoundError, TransactionReceiptNotFoundError } from "viem";
import type { Hash, PublicClient, Transaction, TransactionReceipt } from "viem";

/** Blocks in which a replacement is looked for, from the latest back: it took the nonce only just now. */
const REACH = 128n;

/** The receipt of a mined transaction. */
export async function receiptOf(publicClient: PublicClient, hash: Hash): Promise<TransactionReceipt | undefined> {
  return found(publicClient.getTransactionReceipt({ hash }));
}

/** A transaction, mined or not, as far as the endpoint knows it. */
export async function transactionOf(publicClient: PublicClient, hash: Hash): Promise<Transaction | undefined> {
  return found(publicClient.getTransaction({ hash }));
}

/**
 * What was mined with a transaction's nonce in its place, if anything: the same call at another price (`same`), or another.
 * @param sent as it was seen before
 */
export async function replacementOf(
  publicClient: PublicClient,
  sent: Transaction,
): Promise<{ readonly receipt: TransactionReceipt; readonly same: boolean } | undefined> {
  const { from, nonce } = sent;
  if ((await publicClient.getTransactionCount({ address: from, blockTag: "latest" })) <= nonce) return undefined;
  const last = await publicClient.getBlockNumber({ cacheTime: 0 });
  for (let blockNumber = last; blockNumber >= 0n && blockNumber > last - REACH; blockNumber -= 1n) {
    const { transactions } = await publicClient.getBlock({ blockNumber, includeTransactions: true });
    const other = transactions.find((one) => isAddressEqual(one.from, from) && one.nonce === nonce);
    if (other === undefined) continue;
    // Mined just now: its receipt is there at the next look.
    if (other.hash === sent.hash) return undefined;
    const receipt = await receiptOf(publicClient, other.hash);
    if (receipt === undefined) return undefined;
    const same = other.to === sent.to && other.value === sent.value && other.input === sent.input;
    return { receipt, same };
  }
  return undefined;
}

async function found<value>(asked: Promise<value>): Promise<value | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TransactionNotFoundError || error instanceof TransactionReceiptNotFoundError) return undefined;
    throw error;
  }
}
