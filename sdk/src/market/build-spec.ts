import { zeroAddress, zeroHash } from "viem";
import type { Address, Hex } from "viem";
import { defaultAuditPot } from "../assurance/default-pot.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { AssuranceLevel } from "../chain/types.ts";
import type { JobSpec } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import { checkSpec } from "./check-spec.ts";

/** What a job computes, where its bytes are, and how large it is. */
export interface JobContent {
  readonly modelId: Hex;
  readonly modelDigest: Hex;
  readonly batchRoot: Hex;
  readonly inputDigest: Hex;
  readonly items: number;
  /** Upper bound of one item's output, in bytes. */
  readonly maxItemOutputBytes: number;
  /** Whether `modelId` names an exact model: only of such can a result be proven wrong. */
  readonly exact?: boolean;
}

/** Parties and terms; whatever is left out gets the default named here. */
export interface JobTerms extends Partial<Omit<JobSpec, keyof JobContent>> {
  readonly buyer: Address;
  readonly token: Address;
  /** Token units. */
  readonly maxPrice: bigint;
}

/** The market's present rules, as {@link readSpecRules} finds them. */
export interface SpecRules {
  readonly minCheckBps: number;
  readonly minChallengeWindow: number;
  /** Whether exact models can be bought at level audited. */
  readonly audited?: boolean;
}

/** Reads the rules from the chain. */
export async function readSpecRules(client: MarketClient): Promise<SpecRules> {
  const [{ minCheckBps, minChallengeWindow }, module] = await Promise.all([
    client.parameters(),
    client.moduleOf(AssuranceLevel.Audited),
  ]);
  return { minCheckBps, minChallengeWindow, audited: module !== zeroAddress };
}

/** Default probability of a check, in basis points. */
const CHECK_BPS = 1_000;

/**
 * Builds a spec: payer = buyer, no auction, 5 minutes to reject, 1 hour to execute, the market's shortest challenge window, p = 10 % (at least
 * the market's minimum), k = 8, declared gain = highest price, any provider, random salt. An exact model is bought as such (determinism 1)
 * and, where the market has auditors, at level audited with the audit pot of `defaultAuditPot`; any other at level optimistic.
 * @throws GliaError `SPEC_INVALID` that names the member and its bounds.
 */
export function buildSpec(content: JobContent, terms: JobTerms, rules: SpecRules): JobSpec {
  const { exact = false, ...facts } = content;
  const given = Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
  const audited = exact && rules.audited === true;
  const spec: JobSpec = {
    ...facts,
    payer: terms.buyer,
    startPrice: 0n,
    auctionStart: 0n,
    auctionEnd: 0n,
    rejectWindow: 300,
    executionWindow: 3_600,
    challengeWindow: rules.minChallengeWindow,
    level: audited ? AssuranceLevel.Audited : AssuranceLevel.Optimistic,
    checkBps: Math.max(CHECK_BPS, rules.minCheckBps),
    sampleSize: 8,
    auditPot: 0n,
    declaredGain: terms.maxPrice,
    minStake: 0n,
    capabilities: 0n,
    determinism: exact ? 1 : 0,
    allowedProviders: zeroHash,
    salt: randomSalt(),
    ...given,
    ...pick(terms),
  };
  const priced = terms.auditPot === undefined ? { ...spec, auditPot: potOf(spec) } : spec;
  checkSpec(priced, rules);
  return priced;
}

function potOf({ level, maxPrice, items, sampleSize }: JobSpec): bigint {
  return level === AssuranceLevel.Audited ? defaultAuditPot(maxPrice, items, sampleSize) : 0n;
}

/** The members that terms always have; keeps the merged object's type whole. */
function pick({ buyer, token, maxPrice }: JobTerms): Pick<JobSpec, "buyer" | "token" | "maxPrice"> {
  return { buyer, token, maxPrice };
}

/** 32 random bytes from the platform's generator. */
function randomSalt(): Hex {
  const source: Crypto | undefined = globalThis.crypto;
  if (source === undefined) {
    throw new GliaError("NO_RANDOMNESS", "This platform has no secure random numbers.", {
      kind: "internal",
      hint: "Give the spec a salt.",
    });
  }
  const bytes = source.getRandomValues(new Uint8Array(32));
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
