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

function divideUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}
