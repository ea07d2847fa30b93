/** Parameter sets; the production values are those of PROTOCOL section 8. */
import { parseEther } from "viem";

/** Fields of the market's `Parameters`; shares in basis points, times in seconds. */
export interface MarketParameters {
  readonly feeBps: number;
  readonly missSlashBps: number;
  readonly burnBps: number;
  readonly bountyBps: number;
  readonly rewardBps: number;
  readonly minCheckBps: number;
  readonly honestShareBps: number;
  readonly minChallengeWindow: number;
  readonly maxRateAge: number;
}

export interface Profile {
  /** GLIA units. */
  readonly minimumStake: bigint;
  readonly parameters: MarketParameters;
}

/** GLIA units that exist from the start and belong to the treasury: 40 % of the cap. */
export const GENESIS_SUPPLY = parseEther("400000000");

const HOUR = 3_600;
const DAY = 24 * HOUR;

const production: Profile = {
  minimumStake: parseEther("1000"),
  parameters: {
    feeBps: 100,
    missSlashBps: 1_000,
    burnBps: 5_000,
    bountyBps: 1_000,
    rewardBps: 5_000,
    minCheckBps: 200,
    honestShareBps: 5_000,
    minChallengeWindow: 6 * HOUR,
    maxRateAge: 7 * DAY,
  },
};

export const PROFILES = {
  production,
  /** As in production, but with windows in seconds and rates that last. */
  devnet: { ...production, parameters: { ...production.parameters, minChallengeWindow: 1, maxRateAge: 30 * DAY } },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
