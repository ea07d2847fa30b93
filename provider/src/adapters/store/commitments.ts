import type { DatabaseSync } from "node:sqlite";

import type { Hex } from "viem";

import { assertSameCommitment, type CommitmentClaim } from "../../domain/journal-rules.ts";

/** What a node committed to; kept for ever. */
export interface CommitmentRecord extends CommitmentClaim {
  readonly jobId: Hex;
}

export type CommitmentStore = ReturnType<typeof createCommitmentStore>;

/** Commitments to the results of audited jobs, recorded before they are signed. */
export function createCommitmentStore(database: DatabaseSync) {
  const insert = database.prepare("INSERT INTO commitments (job_id, commitment, salt) VALUES (?, ?, ?)");
  const select = database.prepare("SELECT * FROM commitments WHERE job_id = ?");

  function get(jobId: Hex): CommitmentRecord | undefined {
    const row = select.get(jobId);
    if (row === undefined) return undefined;
    return { jobId, commitment: String(row["commitment"]) as Hex, salt: String(row["salt"]) as Hex };
  }

  return {
    get,
    /** Records a commitment; the same one again is harmless, a different one throws `COMMITMENT_CONFLICT`. */
    record(record: CommitmentRecord): void {
      const recorded = get(record.jobId);
      assertSameCommitment(record.jobId, recorded, record);
      if (recorded === undefined) insert.run(record.jobId, record.commitment, record.salt);
    },
  };
}
