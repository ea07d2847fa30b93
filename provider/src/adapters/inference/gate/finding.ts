/** One reason why a model is refused. */
export interface GateFinding {
  /** Stable name of the rule, e.g. `external-data`. */
  readonly rule: string;
  /** Where in the file: a node, tensor or field, as text safe to print. */
  readonly where: string;
  readonly reason: string;
  /** What a right value looks like. */
  readonly expected: string;
}

/** More findings than this say nothing new, and a hostile file could have millions. */
export const MAX_FINDINGS = 20;

/** Thrown inside the gate to end the inspection at once, for files that must not be read any further. */
export class GateStop extends Error {
  readonly finding: GateFinding;

  constructor(finding: GateFinding) {
    super(finding.reason);
    this.finding = finding;
  }
}
