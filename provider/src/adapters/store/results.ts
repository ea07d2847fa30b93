import type { DatabaseSync } from "node:sqlite";

import type { Hex } from "viem";

import { assertSameResult } from "../../domain/journal-rules.ts";

/** What a job came to; kept for ever. */
export interface ResultRecord {
  readonly jobId: Hex;
  readonly resultRoot: Hex;
  /** Digest of the output batch file's root. */
  readonly outputDigest: Hex;
  /** The runtime class that computed it, e.g. `onnxruntime-node/1.30.0/cpu`. */
  readonly runtime: string;
}

export type ResultStore = ReturnType<typeof createResultStore>;

/** Results by job id. */
export function createResultStore(database: DatabaseSync) {
  const insert = database.prepare(
    "INSERT INTO results (job_id, result_root, output_digest, runtime) VALUES (?, ?, ?, ?)",
  );
  const select = database.prepare("SELECT * FROM results WHERE job_id = ?");

  function get(jobId: Hex): ResultRecord | undefined {
    const row = select.get(jobId);
    if (row === undefined) return undefined;
    return {
      jobId,
      resultRoot: String(row["result_root"]) as Hex,
      outputDigest: String(row["output_digest"]) as Hex,
      runtime: String(row["runtime"]),
    };
  }

  return {
    get,
    /** Records a result; the same one again is harmless, a different one throws `RESULT_CONFLICT`. */
    record(result: ResultRecord): void {
      const recorded = get(result.jobId);
      assertSameResult(result.jobId, recorded, result);
      if (recorded === undefined) insert.run(result.jobId, result.resultRoot, result.outputDigest, result.runtime);
    },
  };
}
