import { GliaError } from "@glia/sdk";

/** Where another provider's job stands in this auditor's journal. */
export const AUDIT_STATES = [
  "seen", // an audited job that a provider has; its commitment is still to come
  "waiting", // committed; the lot is still to be read
  "undrawn", // the lot does not name us; a second draw still may
  "drawn", // the lot names us: content is to be fetched and the sample computed
  "computed", // the sample's roots are durable
  "attesting", // our attestation is signed and recorded
  "attested", // the chain has our attestation; waiting for the provider's reveal
  "revealed", // the chain has the provider's result; our attestation is to be opened
  "claiming", // the opening is signed and recorded
  "claimed", // the chain has our opening; if the results differ, we dispute; waiting for the job's end
  "closing", // the request for pay is signed and recorded
  "closed",
  "passed", // nothing to do, or no longer possible
] as const;
export type AuditState = (typeof AUDIT_STATES)[number];

/** What moves an audit: our own steps, and facts of the chain (`…-on-chain`, `job-ended`, `vanished`). */
export type AuditEvent =
  | "drawn"
  | "not-drawn"
  | "roots-recorded"
  | "attest-signed"
  | "attest-failed"
  | "claim-signed"
  | "claim-failed"
  | "close-signed"
  | "close-failed"
  | "given-up"
  | "assigned-on-chain"
  | "committed-on-chain"
  | "redrawn-on-chain"
  | "attested-on-chain"
  | "revealed-on-chain"
  | "opened-on-chain"
  | "forfeited-on-chain"
  | "closed-on-chain"
  | "job-ended"
  | "vanished";

const STEPS: Readonly<Record<AuditState, Partial<Record<AuditEvent, AuditState>>>> = {
  seen: { "given-up": "passed" },
  waiting: { drawn: "drawn", "not-drawn": "undrawn", "given-up": "passed" },
  undrawn: { "given-up": "passed" },
  drawn: { "roots-recorded": "computed", "given-up": "passed" },
  computed: { "attest-signed": "attesting", "given-up": "passed" },
  attesting: { "attest-failed": "computed" },
  attested: {},
  revealed: { "claim-signed": "claiming", "given-up": "passed" },
  claiming: { "claim-failed": "revealed" },
  claimed: { "close-signed": "closing" },
  closing: { "close-failed": "claimed" },
  closed: {},
  passed: {},
};

/** States in which the chain holds, or may come to hold, an attestation of ours. */
const BOUND: ReadonlySet<AuditState> = new Set(["attesting", "attested", "revealed", "claiming", "claimed", "closing"]);
const FINISHED: ReadonlySet<AuditState> = new Set(["closed", "passed"]);

/** Whether there is nothing left to do for an audit in this state. */
export function isAuditFinished(state: AuditState): boolean {
  return FINISHED.has(state);
}

/** Facts hold in every state: they can be repeated, come late, or undo each other in a reorganisation. */
function fact(state: AuditState, event: AuditEvent): AuditState | undefined {
  switch (event) {
    case "assigned-on-chain":
      return "seen";
    case "committed-on-chain":
      return "waiting";
    case "redrawn-on-chain":
      return state === "undrawn" ? "waiting" : state;
    case "attested-on-chain":
      return "attested";
    case "revealed-on-chain":
      return BOUND.has(state) ? "revealed" : "passed";
    case "opened-on-chain":
      return "claimed";
    case "closed-on-chain":
      return "closed";
    // What was attested of a job that was never revealed is opened by nobody, but still to be closed.
    case "job-ended":
      return state === "attested" || state === "attesting" ? "claimed" : BOUND.has(state) ? state : "passed";
    case "forfeited-on-chain":
    case "vanished":
      return "passed";
    default:
      return undefined;
  }
}

/**
 * The state after `event`.
 * @throws {@link GliaError} `AUDIT_STEP_NOT_ALLOWED` for a step of our own that the state forbids.
 */
export function advanceAudit(state: AuditState, event: AuditEvent): AuditState {
  const next = fact(state, event) ?? STEPS[state][event];
  if (next !== undefined) return next;
  const allowed = Object.keys(STEPS[state]);
  throw new GliaError(
    "AUDIT_STEP_NOT_ALLOWED",
    `An audit that is ${state} cannot take the step ${event}; allowed: ${allowed.join(", ") || "none"}`,
    { kind: "internal", details: { state, event, allowed } },
  );
}
