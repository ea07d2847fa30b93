import { explainRevert } from "../chain/errors/explain-revert.ts";
import { waitForReceipt } from "../chain/wait-for-receipt.ts";
import { remember } from "./job-run.ts";
import type { JobRun } from "./job-run.ts";
import { sleep } from "../chain/sleep.ts";

/**
 * After a crash, decides what became of the last recorded transaction before anything else is sent: waits while it is in the pool, so
 * that the same step is not paid for twice. A transaction that was dropped, or never sent, is left behind.
 */
export async function settlePending(run: JobRun): Promise<void> {
  const { client, record, options } = run;
  const last = record.transactions.at(-1);
  if (last === undefined || last.gasUsed !== undefined) return;
  const { publicClient } = client;
  const { address } = client.requireWallet().account;
  const count = (blockTag: "latest" | "pending"): Promise<number> =>
    publicClient.getTransactionCount({ address, blockTag });
  try {
    while ((await count("latest")) <= last.nonce) {
      if ((await count("pending")) <= last.nonce) return;
      await sleep(run.interval ?? 1_000, options.signal);
    }
    if (last.hash === undefined || !(await isKnown(run, last.hash))) return;
    const { gasUsed, effectiveGasPrice } = await waitForReceipt(client, last.hash, last.what);
    const mined = { ...last, gasUsed, fee: gasUsed * effectiveGasPrice };
    await remember(run, { transactions: [...record.transactions.slice(0, -1), mined] });
  } catch (error) {
    const explained = explainRevert(error);
    // It was mined and refused: the step simply did not happen.
    if (explained.code !== "TX_REVERTED") throw explained;
  }
}

async function isKnown({ client }: JobRun, hash: `0x${string}`): Promise<boolean> {
  try {
    await client.publicClient.getTransaction({ hash });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "TransactionNotFoundError") return false;
    throw error;
  }
}
