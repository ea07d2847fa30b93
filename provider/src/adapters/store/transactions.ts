import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import type { Hex } from "viem";

/** What a transaction of the operator is for. */
export type Purpose = "take" | "reject" | "reveal" | "settle";

/** `signed`: recorded, perhaps never sent; `sent`: an RPC took it; `mined`, `reverted`: in a block; `replaced`: its nonce went to another. */
export type TransactionState = "signed" | "sent" | "mined" | "reverted" | "replaced";

/** A signed transaction; `raw` is what goes to the network, now and after every crash. */
export interface TransactionRecord {
  readonly hash: Hex;
  readonly nonce: number;
  readonly purpose: Purpose;
  readonly raw: Hex;
  readonly state: TransactionState;
  readonly block: bigint | undefined;
  readonly jobIds: readonly Hex[];
}

export type TransactionStore = ReturnType<typeof createTransactionStore>;

/** The operator's transactions, in the order of their nonces. */
export function createTransactionStore(database: DatabaseSync) {
  const insert = database.prepare(
    "INSERT INTO transactions (hash, nonce, purpose, raw, state) VALUES (?, ?, ?, ?, 'signed')",
  );
  const insertJob = database.prepare("INSERT INTO transaction_jobs (hash, job_id) VALUES (?, ?)");
  const unmined = database.prepare(
    "SELECT * FROM transactions WHERE state IN ('signed', 'sent') ORDER BY nonce, rowid",
  );
  const jobsOf = database.prepare("SELECT job_id FROM transaction_jobs WHERE hash = ?");
  const ofJob = database.prepare(
    "SELECT t.* FROM transactions t JOIN transaction_jobs j ON j.hash = t.hash WHERE j.job_id = ? AND t.purpose = ? ORDER BY t.nonce",
  );
  const setState = database.prepare("UPDATE transactions SET state = ?, block = ? WHERE hash = ?");
  const unmineAbove = database.prepare("UPDATE transactions SET state = 'sent', block = NULL WHERE block > ?");

  function toRecord(row: Record<string, SQLOutputValue>): TransactionRecord {
    const hash = String(row["hash"]) as Hex;
    return {
      hash,
      nonce: Number(row["nonce"]),
      purpose: row["purpose"] as Purpose,
      raw: String(row["raw"]) as Hex,
      state: row["state"] as TransactionState,
      block: row["block"] === null ? undefined : BigInt(Number(row["block"])),
      jobIds: jobsOf.all(hash).map((job) => String(job["job_id"]) as Hex),
    };
  }

  return {
    /** Records a transaction before it is sent. */
    record(transaction: Pick<TransactionRecord, "hash" | "nonce" | "purpose" | "raw" | "jobIds">): void {
      insert.run(transaction.hash, transaction.nonce, transaction.purpose, transaction.raw);
      for (const jobId of transaction.jobIds) insertJob.run(transaction.hash, jobId);
    },
    /** Everything that is signed and not known to be mined, by nonce; of those with the same nonce the newest last. */
    listUnmined(): TransactionRecord[] {
      return unmined.all().map(toRecord);
    },
    listOfJob(jobId: Hex, purpose: Purpose): TransactionRecord[] {
      return ofJob.all(jobId, purpose).map(toRecord);
    },
    setState(hash: Hex, state: TransactionState, block?: bigint): void {
      setState.run(state, block ?? null, hash);
    },
    /** After a reorganisation: what was mined above `block` is only sent again. */
    unmineAbove(block: bigint): void {
      unmineAbove.run(block);
    },
  };
}
