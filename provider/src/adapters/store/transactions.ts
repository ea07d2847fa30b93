import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import type { Hex } from "viem";

/** What a transaction of the operator is for. */
export type Purpose =
  | "take"
  | "reject"
  | "commit"
  | "redraw"
  | "reveal"
  | "settle"
  /** A provider's move in a challenge of its job. */
  | "answer"
  /** Takes what others left: a forfeited bond, a dismissed challenge, what a contract owes. */
  | "collect"
  | "attest"
  /** Opens an attestation. */
  | "claim"
  /** Ends an audit, so that it is paid. */
  | "close"
  /** A challenger's move against another's job. */
  | "challenge"
  /** Does nothing but use up a nonce. */
  | "cancel";

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
  /** What it is about where the jobs alone do not say it, e.g. one of several challenges. */
  readonly subject?: string | undefined;
}

export type TransactionStore = ReturnType<typeof createTransactionStore>;

/** The operator's transactions, in the order of their nonces. */
export function createTransactionStore(database: DatabaseSync) {
  const insert = database.prepare(
    "INSERT INTO transactions (hash, nonce, purpose, raw, subject, state) VALUES (?, ?, ?, ?, ?, 'signed')",
  );
  const insertJob = database.prepare("INSERT INTO transaction_jobs (hash, job_id) VALUES (?, ?)");
  const unmined = database.prepare(
    "SELECT * FROM transactions WHERE state IN ('signed', 'sent') ORDER BY nonce, rowid",
  );
  const jobsOf = database.prepare("SELECT job_id FROM transaction_jobs WHERE hash = ?");
  const ofJob = database.prepare(
    "SELECT t.* FROM transactions t JOIN transaction_jobs j ON j.hash = t.hash WHERE j.job_id = ? AND t.purpose = ? ORDER BY t.nonce, t.rowid",
  );
  const liveAbout = database.prepare(
    "SELECT 1 FROM transactions WHERE purpose = ? AND subject = ? AND state IN ('signed', 'sent') LIMIT 1",
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
      subject: row["subject"] === null ? undefined : String(row["subject"]),
      jobIds: jobsOf.all(hash).map((job) => String(job["job_id"]) as Hex),
    };
  }

  return {
    /** Records a transaction before it is sent. */
    record(transaction: Pick<TransactionRecord, "hash" | "nonce" | "purpose" | "raw" | "jobIds" | "subject">): void {
      const { hash, nonce, purpose, raw, subject } = transaction;
      insert.run(hash, nonce, purpose, raw, subject ?? null);
      for (const jobId of transaction.jobIds) insertJob.run(transaction.hash, jobId);
    },
    /** Everything that is signed and not known to be mined, by nonce; of those with the same nonce the newest last. */
    listUnmined(): TransactionRecord[] {
      return unmined.all().map(toRecord);
    },
    listOfJob(jobId: Hex, purpose: Purpose): TransactionRecord[] {
      return ofJob.all(jobId, purpose).map(toRecord);
    },
    /** Whether a transaction of this purpose about this very thing is signed and not known to be mined. */
    isLive(purpose: Purpose, subject: string): boolean {
      return liveAbout.get(purpose, subject) !== undefined;
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
