/** Parameter sets; the production values are those of PROTOCOL section 8. */
import { parseEther, parseGwei } from "viem";

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

/** Fields of `AssuranceParameters`; times in seconds, the bond in GLIA units, the floor in wei. */
export interface AssuranceParameters {
  readonly seedWait: number;
  readonly auditWindow: number;
  readonly revealWindow: number;
  readonly claimWindow: number;
  readonly moveWindow: number;
  readonly leaveDelay: number;
  readonly auditBond: bigint;
  readonly feeFloor: bigint;
  readonly expectedAuditors: number;
}

export interface Profile {
  /** GLIA units. */
  readonly minimumStake: bigint;
  readonly parameters: MarketParameters;
  readonly assurance: AssuranceParameters;
  /** Where seeds come from, and how many blocks behind the commitment. */
  readonly beacon: { readonly contract: "BlockhashBeacon" | "HeaderBeacon"; readonly delay: bigint };
}

/** GLIA units that exist from the start and belong to the treasury: 40 % of the cap. */
export const GENESIS_SUPPLY = parseEther("400000000");

const MINUTE = 60;
const HOUR = 60 * MINUTE;
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
  assurance: {
    // 16 blocks of 12 s, and as long again for slots without a block.
    seedWait: 6 * MINUTE,
    auditWindow: 15 * MINUTE,
    revealWindow: 30 * MINUTE,
    claimWindow: 30 * MINUTE,
    moveWindow: 3 * HOUR,
    leaveDelay: 7 * DAY,
    auditBond: parseEther("100"),
    feeFloor: parseGwei("1"),
    expectedAuditors: 3,
  },
  beacon: { contract: "HeaderBeacon", delay: 16n },
};

export const PROFILES = {
  production,
  /** As in production, but with windows in seconds and rates that last. Moves get longer than audits, because answering may mean to execute again. */
  devnet: {
    ...production,
    parameters: { ...production.parameters, minChallengeWindow: 1, maxRateAge: 30 * DAY },
    assurance: {
      ...production.assurance,
      seedWait: 4,
      auditWindow: 12,
      revealWindow: 30,
      claimWindow: 12,
      moveWindow: 30,
      leaveDelay: 10,
    },
    beacon: { contract: "BlockhashBeacon", delay: 2n },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
