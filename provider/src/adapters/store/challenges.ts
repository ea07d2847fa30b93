import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import type { Address, Hex } from "viem";

/** `answer`: a job of ours is challenged; `ask`: we challenge another's. */
export type ChallengeRole = "answer" | "ask";

/** A challenge in which this node has a part. What its turn is, only the chain says. */
export interface ChallengeRecord {
  readonly challenge: bigint;
  /** The assurance module of the job. */
  readonly module: Address;
  readonly jobId: Hex;
  readonly role: ChallengeRole;
  /** Which item; the contract's `NO_ITEM` where it was opened without one. */
  readonly item: number;
  readonly block: bigint;
}

export type ChallengeStore = ReturnType<typeof createChallengeStore>;

/** Challenges by module and number. */
export function createChallengeStore(database: DatabaseSync) {
  const put = database.prepare(
    `INSERT INTO challenges (challenge, module, job_id, role, item, open, block) VALUES (?, ?, ?, ?, ?, 1, ?)
     ON CONFLICT (module, challenge) DO UPDATE SET job_id = excluded.job_id, role = excluded.role, item = excluded.item, open = 1, block = excluded.block`,
  );
  const open = database.prepare("SELECT * FROM challenges WHERE open = 1 AND role = ? ORDER BY challenge");
  const ofJob = database.prepare("SELECT * FROM challenges WHERE job_id = ? AND role = ? ORDER BY challenge");
  const close = database.prepare("UPDATE challenges SET open = 0 WHERE module = ? AND challenge = ?");
  const removeAbove = database.prepare("DELETE FROM challenges WHERE block > ?");
  const reopen = database.prepare("UPDATE challenges SET open = 1");

  return {
    put({ challenge, module, jobId, role, item, block }: ChallengeRecord): void {
      put.run(challenge, module, jobId, role, item, block);
    },
    /** Challenges that are not known to be over, oldest first. */
    listOpen(role: ChallengeRole): ChallengeRecord[] {
      return open.all(role).map(toRecord);
    },
    listOfJob(jobId: Hex, role: ChallengeRole): ChallengeRecord[] {
      return ofJob.all(jobId, role).map(toRecord);
    },
    close({ module, challenge }: Pick<ChallengeRecord, "module" | "challenge">): void {
      close.run(module, challenge);
    },
    /** After a reorganisation: challenges opened above `block` will be read again, and what is over is looked at once more. */
    rewind(block: bigint): void {
      removeAbove.run(block);
      reopen.run();
    },
  };
}

function toRecord(row: Record<string, SQLOutputValue>): ChallengeRecord {
  return {
    challenge: BigInt(Number(row["challenge"])),
    module: String(row["module"]) as Address,
    jobId: String(row["job_id"]) as Hex,
    role: row["role"] as ChallengeRole,
    item: Number(row["item"]),
    block: BigInt(Number(row["block"])),
  };
}
