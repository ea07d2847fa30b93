import { GliaError } from "@glia/sdk";

/** Where a job stands in this node's journal. The chain's own status is `JobStatus`; where both speak, the chain wins. */
export const JOB_STATES = [
  "taking", // we signed a transaction that takes it from the auction
  "assigned", // the chain says it is ours; content still to be fetched
  "fetched", // model and inputs are whole, local and as committed
  "computed", // result and output file are durable
  "committing", // the commitment to an audited job's result is signed and recorded
  "committed", // the chain has our commitment; waiting for the lot, and if it is drawn for the auditors
  "opening", // the reveal of a committed result is signed and recorded
  "revealing", // the reveal is signed and recorded
  "revealed", // the chain has our result; waiting for the buyer or the window
  "settling", // a settlement is signed and recorded
  "rejecting", // a rejection is signed and recorded
  "missed", // the deadline passed before we could deliver
  "settled",
  "rejected",
  "defaulted",
  "refuted",
  "lost", // never became ours, or a reorganisation took it away
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What moves a job: our own steps, and facts that the chain reports (`…-on-chain`, `vanished`). */
export type JobEvent =
  | "take-failed"
  | "content-ready"
  | "result-recorded"
  | "commit-signed"
  | "commit-failed"
  | "open-signed"
  | "open-failed"
  | "reveal-signed"
  | "reveal-failed"
  | "reject-signed"
  | "reject-failed"
  | "settle-signed"
  | "settle-failed"
  | "deadline-passed"
  | "assigned-on-chain"
  | "committed-on-chain"
  | "revealed-on-chain"
  | "rejected-on-chain"
  | "settled-on-chain"
  | "defaulted-on-chain"
  | "refuted-on-chain"
  | "vanished";

/** What the chain may report of a job in any state: reports can be repeated, come after a restart, or undo each other in a reorganisation. */
const FACTS: Partial<Record<JobEvent, JobState>> = {
  "assigned-on-chain": "assigned",
  "committed-on-chain": "committed",
  "revealed-on-chain": "revealed",
  "rejected-on-chain": "rejected",
  "settled-on-chain": "settled",
  "defaulted-on-chain": "defaulted",
  "refuted-on-chain": "refuted",
  vanished: "lost",
};

/** Our own steps, by state. A step that is not listed is forbidden. */
const STEPS: Readonly<Record<JobState, Partial<Record<JobEvent, JobState>>>> = {
  taking: { "take-failed": "lost" },
  assigned: {
    "content-ready": "fetched",
    "result-recorded": "computed",
    "reject-signed": "rejecting",
    "deadline-passed": "missed",
  },
  fetched: { "result-recorded": "computed", "reject-signed": "rejecting", "deadline-passed": "missed" },
  computed: { "commit-signed": "committing", "reveal-signed": "revealing", "deadline-passed": "missed" },
  committing: { "commit-failed": "computed", "deadline-passed": "missed" },
  // A node that lost its journal finds its own commitment on chain, and computes the result once more.
  committed: { "result-recorded": "committed", "open-signed": "opening", "deadline-passed": "missed" },
  opening: { "open-failed": "committed", "deadline-passed": "missed" },
  revealing: { "reveal-failed": "computed", "deadline-passed": "missed" },
  revealed: { "settle-signed": "settling" },
  settling: { "settle-failed": "revealed" },
  rejecting: { "reject-failed": "assigned", "deadline-passed": "missed" },
  missed: {},
  settled: {},
  rejected: {},
  defaulted: {},
  refuted: {},
  lost: {},
};

/** States in which the node has nothing left to do for a job. */
const FINISHED: ReadonlySet<JobState> = new Set(["settled", "rejected", "defaulted", "refuted", "lost"]);

/** Whether the node has nothing left to do for a job in this state. */
export function isFinished(state: JobState): boolean {
  return FINISHED.has(state);
}

/**
 * The state after `event`.
 * @throws {@link GliaError} `JOB_STEP_NOT_ALLOWED` for a step of our own that the state forbids.
 */
export function advance(state: JobState, event: JobEvent): JobState {
  const next = FACTS[event] ?? STEPS[state][event];
  if (next !== undefined) return next;
  const allowed = Object.keys(STEPS[state]);
  throw new GliaError(
    "JOB_STEP_NOT_ALLOWED",
    `A job that is ${state} cannot take the step ${event}; allowed: ${allowed.join(", ") || "none"}`,
    { kind: "internal", details: { state, event, allowed } },
  );
}
