/** Named points of a job's life, each right after the thing it names became durable. Tests stop the process at each of them. */
export const JOB_POINTS = [
  "quote-signed",
  "content-stored",
  "take-signed",
  "take-sent",
  "hire-seen",
  "fetched",
  "gated",
  "run-started",
  "run-finished",
  "result-recorded",
  "reveal-signed",
  "reveal-sent",
  "reveal-mined",
  "settle-signed",
  "settle-sent",
  "settled",
  "reject-signed",
  "reject-sent",
  "rejected",
] as const;
export type JobPoint = (typeof JOB_POINTS)[number];

/** Told when a job reaches a point; `jobId` is 0x-hex. */
export type PointObserver = (point: JobPoint, jobId: string) => void;
