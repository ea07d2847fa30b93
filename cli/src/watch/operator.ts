import { GliaError } from "@glia/sdk";
import type { Hex } from "viem";

import type { Context } from "../context/context.ts";
import { delegationKey, requireDelegate, standIn, watchRecords, type StandInEnd } from "./stand-in.ts";
import { watchAll, type Watched } from "./watch-all.ts";
import type { Tell } from "./watch-event.ts";

export interface OperatorOptions {
  readonly directory: string;
  /** Only these jobs; all records where it is empty. */
  readonly ids: readonly Hex[];
  /** Seconds; see `StandIn`. */
  readonly margin: number | undefined;
  readonly once: boolean;
  readonly yes: boolean;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/**
 * Stands in for an operator with the records that its node left, old and new.
 * @throws GliaError `NO_WATCH_RECORDS`, `NOT_DELEGATED`.
 */
export async function watchOperator(context: Context, options: OperatorOptions): Promise<Watched<StandInEnd>> {
  const { client, parts } = context;
  const { directory, ids, margin, once, yes, tell, signal } = options;
  const allowed = new Set<string>();
  const records = () => watchRecords(directory).filter(({ jobId }) => ids.length === 0 || ids.includes(lower(jobId)));
  const known = new Set(records().map(({ jobId }) => lower(jobId)));
  for (const id of ids) if (!known.has(id)) throw noRecord(id, directory);
  const list = async (): Promise<Hex[]> => {
    const found = records();
    for (const record of found) {
      const key = delegationKey(record);
      if (!allowed.has(key)) await requireDelegate(client, record);
      allowed.add(key);
    }
    return found.map(({ jobId }) => jobId);
  };
  const interval = parts.interval ?? 4_000;
  return watchAll({
    list,
    watch: (jobId) => {
      const record = records().find((one) => one.jobId === jobId);
      if (record === undefined) throw noRecord(jobId, directory);
      return standIn({ client, directory, margin, yes, interval, tell, signal }, record);
    },
    // Silence loses the job, so that nothing but a wrong record is a reason to give up.
    mayPass: ({ kind, code, retryable }) =>
      retryable || (kind !== "input" && kind !== "usage" && code !== "NOT_CONFIRMED"),
    once,
    tell,
    signal,
  });
}

function lower(jobId: Hex): Hex {
  return jobId.toLowerCase() as Hex;
}

function noRecord(jobId: Hex, directory: string): GliaError {
  return new GliaError("NO_WATCH_RECORD", `There is no record of job ${jobId} in ${directory}/watch.`, {
    kind: "input",
    hint: "A node writes one when it commits to a result, and removes it when the job is over.",
  });
}
