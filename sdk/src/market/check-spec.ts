import { isAddress, isHex, zeroAddress } from "viem";
import { AssuranceLevel } from "../chain/types.ts";
import type { JobSpec } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import type { SpecRules } from "./build-spec.ts";

/** Hard bounds of the contract's spec check, as far as they do not depend on governance. */
const DAY = 86_400;
const MAX_WINDOW = 30 * DAY;
const MAX_CHALLENGE_WINDOW = 14 * DAY;

/**
 * Refuses, before anything is signed, what the market would refuse.
 * @throws GliaError `SPEC_INVALID` that names the first wrong member and its bounds.
 */
export function checkSpec(spec: JobSpec, rules: SpecRules): void {
  for (const name of ["buyer", "payer", "token"] as const) {
    if (!isAddress(spec[name], { strict: false }) || spec[name] === zeroAddress) {
      throw invalid(name, spec[name], "must be an account's address");
    }
  }
  for (const name of ["modelId", "modelDigest", "batchRoot", "inputDigest", "allowedProviders", "salt"] as const) {
    if (!isHex(spec[name]) || spec[name].length !== 66) throw invalid(name, spec[name], "must be 32 bytes as 0x hex");
  }
  within(spec, "items", 1, 2 ** 32 - 1);
  within(spec, "maxItemOutputBytes", 1, 2 ** 32 - 1);
  within(spec, "executionWindow", 1, MAX_WINDOW);
  within(spec, "rejectWindow", 0, spec.executionWindow);
  within(spec, "challengeWindow", rules.minChallengeWindow, MAX_CHALLENGE_WINDOW);
  within(spec, "checkBps", rules.minCheckBps, 10_000);
  within(spec, "sampleSize", 1, 64);
  within(spec, "level", AssuranceLevel.Optimistic, AssuranceLevel.Proved);
  within(spec, "determinism", 0, 1);
  if (spec.level !== AssuranceLevel.Optimistic && spec.determinism !== 1) {
    throw invalid("level", spec.level, "must be 0 (optimistic): only results of exact models can be audited or proved");
  }
  amount(spec, "maxPrice", 1n, 128);
  amount(spec, "startPrice", 0n, 128);
  amount(spec, "auditPot", 0n, 128);
  amount(spec, "declaredGain", 0n, 128);
  amount(spec, "minStake", 0n, 96);
  amount(spec, "capabilities", 0n, 64);
  if (spec.startPrice > spec.maxPrice) throw invalid("startPrice", spec.startPrice, `must be at most ${spec.maxPrice}`);
  if (spec.declaredGain < spec.maxPrice) {
    throw invalid("declaredGain", spec.declaredGain, `must be at least the highest price, ${spec.maxPrice}`);
  }
  if (spec.level === AssuranceLevel.Optimistic && spec.auditPot !== 0n) {
    throw invalid("auditPot", spec.auditPot, "must be 0 at level optimistic, where nobody audits");
  }
}

/**
 * Besides {@link checkSpec}: what an auction needs. `now` is chain time in Unix seconds.
 * @throws GliaError `SPEC_INVALID`.
 */
export function checkAuction(spec: JobSpec, now: bigint): void {
  const last = now + BigInt(MAX_WINDOW);
  if (spec.auctionEnd <= now || spec.auctionEnd > last) {
    throw invalid("auctionEnd", spec.auctionEnd, `must be after ${now} and at most ${last} (Unix seconds)`);
  }
  if (spec.auctionStart >= spec.auctionEnd) {
    throw invalid("auctionStart", spec.auctionStart, `must be before auctionEnd, ${spec.auctionEnd}`);
  }
}

type NumberMember = {
  [name in keyof JobSpec]: JobSpec[name] extends number ? name : never;
}[keyof JobSpec];
type BigMember = { [name in keyof JobSpec]: JobSpec[name] extends bigint ? name : never }[keyof JobSpec];

function within(spec: JobSpec, name: NumberMember, min: number, max: number): void {
  const value = spec[name];
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalid(name, value, `must be an integer between ${min} and ${max}`);
}

function amount(spec: JobSpec, name: BigMember, min: bigint, bits: number): void {
  const value = spec[name];
  if (value >= min && value >> BigInt(bits) === 0n) return;
  throw invalid(name, value, `must be between ${min} and 2^${bits} - 1`);
}

function invalid(field: keyof JobSpec, value: unknown, must: string): GliaError {
  return new GliaError("SPEC_INVALID", `The job's ${field} is ${String(value)}; it ${must}.`, {
    kind: "input",
    hint: "Correct the job's terms and build the spec again.",
    details: { field, value: String(value) },
  });
}
