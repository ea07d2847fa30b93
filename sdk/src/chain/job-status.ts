import { JobStatus } from "./types.ts";
import type { JobStatusName } from "./types.ts";

const NAMES = new Map<number, JobStatusName>(
  (Object.keys(JobStatus) as JobStatusName[]).map((name) => [JobStatus[name], name]),
);

/** The name of a status number, e.g. `Assigned`; unknown numbers (a newer market) give `Status 42`. */
export function jobStatusName(status: number): string {
  return NAMES.get(status) ?? `Status ${status}`;
}

/** Whether nothing can happen to the job any more. */
export function isFinal(status: number): boolean {
  return status >= JobStatus.Settled;
}

/** The names in a bitmap of statuses, lowest first, as `WrongStatus` carries it. */
export function statusNames(bitmap: bigint): string[] {
  return [...NAMES].filter(([status]) => ((bitmap >> BigInt(status)) & 1n) === 1n).map(([, name]) => name);
}
