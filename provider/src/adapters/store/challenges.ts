import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import type { Address, Hex } from "viem";

/** A challenge of a job of ours, or the buyer's request for its data. Whose turn it is, only the chain says. */
export interface ChallengeRecord {
  /** The contract's number; 0 for a request for data. */
  readonly challenge: bigint;
  /** The assurance module of the job. */
  readonly module: Address;
  readonly jobId: Hex;
  readonly block: bigint;
}

export type ChallengeStore = ReturnType<typeof createChallengeStore>;

/** What is asked on chain about jobs of ours. */
export function createChallengeStore(database: DatabaseSync) {
  const put = database.prepare(
    `INSERT INTO challenges (challenge, module, job_id, open, block) VALUES (?, ?, ?, 1, ?)
     ON CONFLICT (module, challenge, job_id) DO UPDATE SET open = 1, block = excluded.block`,
  );
  const open = database.prepare("SELECT * FROM challenges WHERE open = 1 ORDER BY challenge");
  const close = database.prepare("UPDATE challenges SET open = 0 WHERE job_id = ?");
  const removeAbove = database.prepare("DELETE FROM challenges WHERE block > ?");
  const reopen = database.prepare("UPDATE challenges SET open = 1");

  return {
    put({ challenge, module, jobId, block }: ChallengeRecord): void {
      put.run(challenge, module, jobId, block);
    },
    /** What is not known to be over, oldest first. */
    listOpen(): ChallengeRecord[] {
      return open.all().map(toRecord);
    },
    /** Notes that a job is over, and all that was asked about it. */
    closeJob(jobId: Hex): void {
      close.run(jobId);
    },
    /** After a reorganisation: what was asked above `block` will be read again, and what is over is looked at once more. */
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
    block: BigInt(Number(row["block"])),
  };
}
