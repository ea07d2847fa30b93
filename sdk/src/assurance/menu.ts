import type { AssuranceParameters } from "../chain/audit-types.ts";
import { AssuranceLevel } from "../chain/types.ts";
import type { JobSpec } from "../chain/types.ts";
import { buyerGas } from "./buyer-gas.ts";
import { chanceHonest, chanceItemSampled } from "./chances.ts";
import { levelWords } from "./level-words.ts";

const BPS = 10_000n;

/** What the menu is computed from. */
export interface MenuFacts {
  /** The job as it would be at level audited: its `auditPot` is what that level costs. */
  readonly spec: Pick<JobSpec, "items" | "checkBps" | "sampleSize" | "auditPot" | "challengeWindow">;
  /** Whether the model is exact; of other models nothing can be proven. */
  readonly exact: boolean;
  /** GLIA units that the provider locks. */
  readonly collateral: bigint;
  /** What governance has set; in basis points. */
  readonly rules: { readonly missSlashBps: number; readonly honestShareBps: number };
  /** The assurance module that the market gives to audited jobs; missing where there is none. */
  readonly audits?: {
    readonly parameters: Pick<
      AssuranceParameters,
      "seedWait" | "auditWindow" | "revealWindow" | "expectedAuditors" | "auditBond"
    >;
    /** GLIA units of auditing stake in it. */
    readonly stake: bigint;
    /** What of it is the provider's own, who may not audit its own job; nothing by default, where the provider is not known yet. */
    readonly ownStake?: bigint;
  };
}

/** One level as a buyer sees it before paying. */
export interface MenuRow {
  readonly level: typeof AssuranceLevel.Optimistic | typeof AssuranceLevel.Audited;
  readonly name: "optimistic" | "audited";
  /** Whether this job can be bought at this level. */
  readonly available: boolean;
  /** Chance that the protocol itself catches a batch of which every item is forged; 0 to 1. What you check yourself comes on top. */
  readonly chanceBatchCaught: number;
  /** The same for a single forged item, whichever it is. */
  readonly chanceItemCaught: number;
  /** Token units on top of the price: on average, and at most. What auditors do not earn comes back. */
  readonly extraCost: { readonly expected: bigint; readonly most: bigint };
  /** Gas of hiring and accepting, for an account with a balance in the Vault. */
  readonly gas: bigint;
  readonly delay: {
    /** Seconds from the provider being done to the result being yours: where the job is not checked, and at most. */
    readonly result: { readonly usual: number; readonly most: number };
    /** Seconds from then to the payment if you stay silent and nobody disputes: normally, and where a drawn job found no auditor. */
    readonly payment: { readonly usual: number; readonly most: number };
  };
  /** GLIA units that the provider loses. */
  readonly providerLoses: {
    /** If its result is proven wrong; zero where nothing can be proven. */
    readonly ifRefuted: bigint;
    /** If it does not deliver in time. */
    readonly ifMissed: bigint;
  };
  /** What the level promises, in words. */
  readonly promises: string;
  /** What it cannot promise. */
  readonly limits: string;
}

/** The levels at which a job can be bought, the weaker first; the formulas are those of docs/PROTOCOL.md, section 5. */
export function assuranceMenu(facts: MenuFacts): readonly [MenuRow, MenuRow] {
  return [optimistic(facts), audited(facts)];
}

function optimistic(facts: MenuFacts): MenuRow {
  const { challengeWindow } = facts.spec;
  return {
    level: AssuranceLevel.Optimistic,
    name: "optimistic",
    available: true,
    chanceBatchCaught: 0,
    chanceItemCaught: 0,
    extraCost: { expected: 0n, most: 0n },
    gas: buyerGas({ level: AssuranceLevel.Optimistic, determinism: facts.exact ? 1 : 0 }),
    delay: { result: { usual: 0, most: 0 }, payment: { usual: challengeWindow, most: challengeWindow } },
    providerLoses: losses(facts, facts.exact),
    ...levelWords(AssuranceLevel.Optimistic, facts),
  };
}

function audited(facts: MenuFacts): MenuRow {
  const { spec, rules, audits, exact } = facts;
  const { checkBps, sampleSize, items, auditPot, challengeWindow } = spec;
  const available = exact && audits !== undefined;
  // Where nobody can attest, the job goes on as optimistic.
  const chance = available ? (checkBps / 10_000) * chanceOf(audits, rules.honestShareBps) : 0;
  const { seedWait = 0, auditWindow = 0, revealWindow = 0 } = audits?.parameters ?? {};
  return {
    level: AssuranceLevel.Audited,
    name: "audited",
    available,
    chanceBatchCaught: chance,
    chanceItemCaught: chance * chanceItemSampled(items, sampleSize),
    extraCost: { expected: (auditPot * BigInt(checkBps) + BPS - 1n) / BPS, most: auditPot },
    gas: buyerGas({ level: AssuranceLevel.Audited, determinism: 1 }),
    delay: {
      result: { usual: seedWait, most: seedWait + 2 * auditWindow + revealWindow },
      payment: { usual: challengeWindow, most: 2 * challengeWindow },
    },
    providerLoses: losses(facts, available),
    ...levelWords(AssuranceLevel.Audited, facts),
  };
}

/** The chance that an honest auditor attests a checked job. */
function chanceOf(
  { parameters, stake, ownStake = 0n }: NonNullable<MenuFacts["audits"]>,
  honestShareBps: number,
): number {
  const { expectedAuditors: expected, auditBond } = parameters;
  return chanceHonest({ honestShareBps, expected, others: stake - ownStake, total: stake, auditBond });
}

function losses(
  { collateral, rules }: Pick<MenuFacts, "collateral" | "rules">,
  provable: boolean,
): MenuRow["providerLoses"] {
  const ifMissed = (collateral * BigInt(rules.missSlashBps)) / BPS;
  return { ifRefuted: provable ? collateral : 0n, ifMissed };
}
