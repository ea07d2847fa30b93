import { GliaError, AssuranceLevel, type JobSpec } from "@glia/sdk";

/** What a node is willing to run; sizes in bytes, windows in seconds. */
export interface Policy {
  readonly maxItems: number;
  readonly maxOutputBytes: number;
  readonly minRejectWindow: number;
  readonly minExecutionWindow: number;
  readonly maxChallengeWindow: number;
  /** Jobs that may be assigned or under way at once. */
  readonly maxQueue: number;
}

/** What is true of the node and its stake at the moment of the decision. */
export interface Standing {
  /** Bits of the registry. */
  readonly capabilities: bigint;
  /** GLIA units put at this market: free, and free + locked. */
  readonly freeStake: bigint;
  readonly stake: bigint;
  /** GLIA units that this job would lock. */
  readonly collateral: bigint;
  /** Jobs that are assigned, queued or running. */
  readonly activeJobs: number;
  /** Whether the operator asked for no new jobs. */
  readonly draining: boolean;
}

function refuse(code: string, message: string, details: Record<string, unknown>, retryable = false): never {
  throw new GliaError(code, message, { kind: "refused", retryable, details });
}

/**
 * Decides whether this node may offer to run `spec` for `price` token units.
 * @throws {@link GliaError} of kind `refused` that names the first reason against it.
 */
export function admitJob(spec: JobSpec, price: bigint, policy: Policy, standing: Standing): void {
  if (standing.draining) refuse("NODE_DRAINING", "This provider takes no new jobs at the moment", {}, true);
  if (standing.activeJobs >= policy.maxQueue) {
    refuse("NODE_FULL", `This provider already has ${standing.activeJobs} jobs`, { limit: policy.maxQueue }, true);
  }
  admitTerms(spec, policy);
  if ((spec.capabilities & ~standing.capabilities) !== 0n) {
    const missing = spec.capabilities & ~standing.capabilities;
    refuse("CAPABILITIES_MISSING", `This provider lacks the capability bits 0x${missing.toString(16)}`, {
      has: standing.capabilities.toString(),
      needs: spec.capabilities.toString(),
    });
  }
  if (price > spec.maxPrice) {
    refuse("PRICE_ABOVE_MAXIMUM", `This provider asks ${price}, above the spec's maxPrice of ${spec.maxPrice}`, {
      price: price.toString(),
      maxPrice: spec.maxPrice.toString(),
    });
  }
  if (standing.stake < spec.minStake) {
    refuse(
      "STAKE_TOO_SMALL",
      `The spec wants a stake of ${spec.minStake} GLIA units; this provider has ${standing.stake}`,
      {
        stake: standing.stake.toString(),
        minStake: spec.minStake.toString(),
      },
    );
  }
  if (standing.freeStake < standing.collateral) {
    refuse(
      "COLLATERAL_TOO_SMALL",
      `The job locks ${standing.collateral} GLIA units; this provider has ${standing.freeStake} free`,
      { freeStake: standing.freeStake.toString(), collateral: standing.collateral.toString() },
      true,
    );
  }
}

function admitTerms(spec: JobSpec, policy: Policy): void {
  if (spec.level !== AssuranceLevel.Optimistic && spec.level !== AssuranceLevel.Audited) {
    refuse(
      "LEVEL_NOT_OFFERED",
      `Assurance level ${spec.level} is not offered; this provider offers 0 (optimistic) and 1 (audited)`,
      { level: spec.level },
    );
  }
  // Of an opaque model nothing could be proven, to auditors or to a challenger: 1 is the exact profile, which the file is checked for.
  const least = spec.level === AssuranceLevel.Optimistic ? 0 : 1;
  if (spec.determinism < least || spec.determinism > 1) {
    refuse(
      "DETERMINISM_NOT_OFFERED",
      `Determinism class ${spec.determinism} is not offered at level ${spec.level}; this provider offers ${least === 1 ? "1 (exact)" : "0 and 1 (exact)"}`,
      { determinism: spec.determinism, level: spec.level },
    );
  }
  if (spec.items < 1 || spec.items > policy.maxItems) {
    refuse("TOO_MANY_ITEMS", `${spec.items} items; this provider runs 1 to ${policy.maxItems}`, {
      items: spec.items,
      limit: policy.maxItems,
    });
  }
  const outputBytes = spec.items * spec.maxItemOutputBytes;
  if (outputBytes > policy.maxOutputBytes) {
    refuse("OUTPUT_TOO_LARGE", `Outputs of up to ${outputBytes} bytes; this provider allows ${policy.maxOutputBytes}`, {
      outputBytes,
      limit: policy.maxOutputBytes,
    });
  }
  admitWindows(spec, policy);
}

function admitWindows(spec: JobSpec, policy: Policy): void {
  if (spec.rejectWindow < policy.minRejectWindow) {
    refuse(
      "WINDOW_TOO_SHORT",
      `rejectWindow is ${spec.rejectWindow} s; this provider needs ${policy.minRejectWindow} s`,
      {
        window: "rejectWindow",
      },
    );
  }
  if (spec.executionWindow < policy.minExecutionWindow) {
    refuse(
      "WINDOW_TOO_SHORT",
      `executionWindow is ${spec.executionWindow} s; this provider needs ${policy.minExecutionWindow} s`,
      { window: "executionWindow" },
    );
  }
  if (spec.challengeWindow > policy.maxChallengeWindow) {
    refuse(
      "WINDOW_TOO_LONG",
      `challengeWindow is ${spec.challengeWindow} s; this provider waits at most ${policy.maxChallengeWindow} s`,
      { window: "challengeWindow" },
    );
  }
}
