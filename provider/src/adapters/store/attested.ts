import type { DatabaseSync } from "node:sqlite";

import type { Address, Hex } from "viem";

/** What became of an auditor's attestation of a job of ours. */
export type AttestedState = "waiting" | "opened" | "forfeited" | "closed";

/** One auditor's attestation of a job of ours. */
export interface AttestedRecord {
  readonly jobId: Hex;
  readonly auditor: Address;
  readonly state: AttestedState;
}

export type AttestedStore = ReturnType<typeof createAttestedStore>;

/** Who attested jobs of ours: what is not opened in time leaves its bond to us. */
export function createAttestedStore(database: DatabaseSync) {
  const put = database.prepare("INSERT OR REPLACE INTO attested (job_id, auditor, state, block) VALUES (?, ?, ?, ?)");
  const waiting = database.prepare("SELECT * FROM attested WHERE state = 'waiting' ORDER BY block LIMIT 200");
  const removeAbove = database.prepare("DELETE FROM attested WHERE block > ? AND state = 'waiting'");
  const reopenAbove = database.prepare("UPDATE attested SET state = 'waiting' WHERE block > ?");

  return {
    put({ jobId, auditor, state }: AttestedRecord, block: bigint): void {
      put.run(jobId, auditor, state, block);
    },
    /** Attestations that were not opened yet, oldest first. */
    listWaiting(): AttestedRecord[] {
      return waiting.all().map((row) => ({
        jobId: String(row["job_id"]) as Hex,
        auditor: String(row["auditor"]) as Address,
        state: "waiting",
      }));
    },
    /** After a reorganisation: what happened above `block` will be read again. */
    rewind(block: bigint): void {
      removeAbove.run(block);
      reopenAbove.run(block);
    },
  };
}
