/** What the chain says about the audit of a committed job. Times in Unix seconds. */
export interface AuditStanding {
  /** Whether the lot can be read: not yet, now, or never again, because nobody captured it in time. */
  readonly seed: "waiting" | "ready" | "lost";
  /** Whether the lot makes it a checked job; a lost lot counts as one that does. */
  readonly checked: boolean;
  readonly attestations: number;
  readonly redrawn: boolean;
  /** Last moment of attesting. */
  readonly auditDeadline: bigint;
  /** Seconds by which a second draw moves the audit deadline; without attestations the reveal waits for it, drawn or not. */
  readonly auditWindow: bigint;
  /** Last moment of revealing. */
  readonly revealDeadline: bigint;
}

/** What a provider does next with a committed job. */
export type OpeningStep =
  | "wait"
  /** Nobody attested: auditors are drawn once more. */
  | "redraw"
  /** Reveal the result alone. */
  | "reveal"
  /** Reveal it with the openings of the sampled outputs. */
  | "reveal-sample"
  | "missed";

/**
 * The provider's next step, PROTOCOL section 4. Revealing a checked job before its audit deadline would give the answer to auditors, and
 * the chain refuses it.
 */
export function openingStep(standing: AuditStanding, now: bigint): OpeningStep {
  if (now > standing.revealDeadline) return "missed";
  if (standing.seed === "waiting") return "wait";
  if (standing.seed === "ready" && !standing.checked) return "reveal";
  if (now <= standing.auditDeadline) return "wait";
  if (standing.attestations > 0) return "reveal-sample";
  if (standing.redrawn || now > standing.auditDeadline + standing.auditWindow) return "reveal";
  return standing.seed === "lost" ? "wait" : "redraw";
}
