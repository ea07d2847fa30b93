import { AssuranceLevel, GliaError, type JobSpec } from "@glia/sdk";
import { InvalidArgumentError, Option, type Command } from "commander";

import { readAmount, type Unit } from "../terminal/amounts.ts";
import { wholeNumber } from "./shared.ts";

/** Options that say how a result is to be checked before it is paid. */
export interface LevelOptions {
  readonly level?: keyof typeof LEVELS;
  /** Basis points. */
  readonly check?: number;
  readonly sample?: number;
  readonly auditPot?: string;
}

/** Levels that can be bought today, by the name on the command line. */
const LEVELS = { audited: AssuranceLevel.Audited, optimistic: AssuranceLevel.Optimistic } as const;

/** Adds the options of the assurance level. */
export function withLevel(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--level <name>",
        "who checks: audited, where strangers run a sample of a share of all jobs again before payment, or optimistic, where " +
          "you do; audited by default for exact models, and for no others",
      ).choices(Object.keys(LEVELS)),
    )
    .option(
      "--check <probability>",
      "chance that the job is audited, such as 10% or 0.1; 10% by default",
      checkProbability,
    )
    .option("--sample <count>", "items that auditors run again; 8 by default", wholeNumber(1, 64))
    .option("--audit-pot <amount>", "what auditors share, in whole tokens; what is not earned comes back");
}

/**
 * The terms that options ask for; nothing where they leave the choice to the SDK's defaults.
 * @throws GliaError `AUDIT_OPTIONS_UNUSED` for options of an audit where none is wanted, `AMOUNT_INVALID`.
 */
export function levelTerms(
  { level, check, sample, auditPot }: LevelOptions,
  token: Unit,
): Partial<Pick<JobSpec, "level" | "checkBps" | "sampleSize" | "auditPot">> {
  if (level === "optimistic" && auditPot !== undefined) {
    throw new GliaError("AUDIT_OPTIONS_UNUSED", "--audit-pot means nothing at level optimistic, where nobody audits.", {
      kind: "usage",
      hint: "Leave --audit-pot out, or say --level audited.",
    });
  }
  return {
    ...(level === undefined ? {} : { level: LEVELS[level] }),
    ...(check === undefined ? {} : { checkBps: check }),
    ...(sample === undefined ? {} : { sampleSize: sample }),
    ...(auditPot === undefined ? {} : { auditPot: auditPot === "0" ? 0n : readAmount(auditPot, token) }),
  };
}

/** `10%` or `0.1` in basis points. */
export function checkProbability(text: string): number {
  const [, number = "", percent = ""] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? [];
  const bps = Math.round(Number(number) * (percent === "" ? 10_000 : 100) * 1e6) / 1e6;
  if (number !== "" && Number.isInteger(bps) && bps >= 1 && bps <= 10_000) return bps;
  throw new InvalidArgumentError("A probability from 0.01% to 100% is wanted, in steps of 0.01%, such as 10% or 0.1.");
}
