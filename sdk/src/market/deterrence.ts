import { AssuranceLevel } from "../chain/types.ts";
import type { JobSpec } from "../chain/types.ts";

const BPS = 10_000n;
const RATE_UNIT = 10n ** 18n;

/** Factors of the deterrence formula, as the contract takes them. */
export interface DeterrenceFactors {
  /** What a forged result would be worth, in token units. */
  readonly gain: bigint;
  /** GLIA units for 10^18 token units. */
  readonly gliaPerToken: bigint;
  readonly checkBps: number;
  readonly honestShareBps: number;
  /** k, at least 1. */
  readonly sampleSize: number;
  readonly burnBps: number;
}

/** g · max((1 − q) / q, 1 / (q · k)) / burnShare in GLIA units, rounded up, equal to the contract's arithmetic to the unit. */
export function requiredCollateral(factors: DeterrenceFactors): bigint {
  const { gain, gliaPerToken } = factors;
  const k = BigInt(factors.sampleSize);
  const gainInGlia = divideUp(gain * gliaPerToken, RATE_UNIT);
  const q = BigInt(factors.checkBps) * BigInt(factors.honestShareBps);
  const unchanged = (BPS * BPS - q) * k;
  const factor = unchanged > BPS * BPS ? unchanged : BPS * BPS;
  return divideUp(gainInGlia * factor * BPS, q * k * BigInt(factors.burnBps));
}

/** What a buyer is told about a job's security before paying. */
export interface DeterrenceFacts {
  /** Chance that a batch whose items are all forged is caught by the protocol itself; 0 to 1. */
  readonly chanceBatchCaught: number;
  /** Chance that one forged item among `items` is caught by the protocol itself; 0 to 1. */
  readonly chanceItemCaught: number;
  /** GLIA units that the provider locks. */
  readonly collateral: bigint;
  /** GLIA units that the provider loses if it never delivers. */
  readonly lossIfMissed: bigint;
  /** GLIA units that the provider loses if its result is refuted; zero where the level cannot refute. */
  readonly lossIfRefuted: bigint;
  /** Token units on top of the price. */
  readonly extraCost: bigint;
  /** Seconds from the reveal until the provider is paid if the buyer stays silent. */
  readonly delay: number;
  /** The same in words. */
  readonly summary: string;
}

/** What secures a job at given collateral, with the shares that governance has set. Levels without a module secure delivery only. */
export function deterrenceFacts(
  spec: Pick<JobSpec, "level" | "items" | "checkBps" | "sampleSize" | "auditPot" | "challengeWindow">,
  collateral: bigint,
  { missSlashBps, honestShareBps }: { readonly missSlashBps: number; readonly honestShareBps: number },
): DeterrenceFacts {
  const lossIfMissed = (collateral * BigInt(missSlashBps)) / BPS;
  const shared = { collateral, lossIfMissed, delay: spec.challengeWindow, extraCost: spec.auditPot };
  switch (spec.level) {
    case AssuranceLevel.Audited: {
      const q = (spec.checkBps / 10_000) * (honestShareBps / 10_000);
      const seen = Math.min(spec.sampleSize, spec.items) / spec.items;
      return {
        ...shared,
        chanceBatchCaught: q,
        chanceItemCaught: q * seen,
        lossIfRefuted: collateral,
        summary:
          "A stated share of such jobs is re-executed by strangers before payment; a refuted result costs all of the collateral.",
      };
    }
    case AssuranceLevel.Proved:
      return {
        ...shared,
        chanceBatchCaught: 1,
        chanceItemCaught: 1,
        lossIfRefuted: collateral,
        summary: "Payment needs a proof that the result is right.",
      };
    default:
      return {
        ...shared,
        chanceBatchCaught: 0,
        chanceItemCaught: 0,
        lossIfRefuted: 0n,
        summary:
          "Nobody checks the content of the result unless you do: hashes prove what was delivered, not that it is right. A missed deadline costs the provider part of its collateral.",
      };
  }
}

function divideUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}
