import { AssuranceLevel, isChecked, NO_ITEM, Turn, type Challenge, type JobSpec, type JobView } from "@glia/sdk";
import { formatEther, type Address } from "viem";

import { showChance } from "../terminal/measures.ts";
import type { AssuranceView } from "./read-assurance.ts";

/** A line of a job's description: what it is about, and what there is to say. */
export type Fact = readonly [string, string];

/** A job's level in words. */
export function describeLevel({ level, checkBps, sampleSize, items }: JobSpec): string {
  if (level === AssuranceLevel.Optimistic) return "optimistic";
  if (level === AssuranceLevel.Proved) return "proved";
  return `audited: with a chance of ${showChance(checkBps / 10_000)} strangers run ${Math.min(sampleSize, items)} of the items again`;
}

/** How a job was or will be checked, who objected, and how it fell, for a person. */
export function describeAssurance(view: JobView, assurance: AssuranceView): Fact[] {
  const { disputes, challenges } = assurance;
  return [
    ...auditFacts(view, assurance),
    ...challenges.map((challenge, i): Fact => [
      "challenge",
      describeChallenge(disputes.challenges[i]?.challenge ?? 0n, challenge),
    ]),
    ...dataFacts(assurance),
    ...endFacts(view, assurance),
  ];
}

function auditFacts({ jobId, spec }: JobView, { audit, sample }: AssuranceView): Fact[] {
  const { committed, seed, attested, opened, forfeited, redrawn, revealed, closed } = audit;
  if (committed === undefined) return [];
  if (seed === undefined) return [["check", "not known yet: the lot is drawn after the commitment"]];
  if (BigInt(seed) === 0n)
    return [["check", "lost: nobody recorded the lot's seed in time, so nobody can audit this job"]];
  if (!isChecked(seed, jobId, spec.checkBps)) return [["check", "not drawn: nobody audits this job"]];
  const found =
    attested.length === 0
      ? revealed === undefined
        ? "no attestation yet"
        : "but nobody attested, so it does not count as checked"
      : `${counted(attested.length, "auditor")} attested`;
  const facts: Fact[] = [["check", `drawn${redrawn ? ", twice" : ""}: ${found}; items ${sample.join(", ")}`]];
  for (const auditor of attested) facts.push(["auditor", `${auditor} ${word(auditor)}${paid(auditor)}`]);
  return facts;

  function word(auditor: Address): string {
    const opening = opened.find((entry) => entry.auditor === auditor);
    if (opening !== undefined) {
      const items = sample.filter((_, j) => ((opening.differences >> BigInt(j)) & 1n) === 1n);
      return items.length === 0
        ? "got the same"
        : `got something else for ${items.length === 1 ? "item" : "items"} ${items.join(", ")}`;
    }
    if (forfeited.includes(auditor)) return "did not open its attestation and lost its bond";
    return revealed === undefined
      ? "has attested"
      : `has until ${time(revealed.claimDeadline)} to open its attestation`;
  }

  function paid(auditor: Address): string {
    const end = closed.find((entry) => entry.auditor === auditor);
    if (end === undefined) return "";
    const parts = [
      ...(end.reward > 0n ? [`${formatEther(end.reward)} GLIA of reward`] : []),
      ...(end.pay > 0n ? ["its share of the pot"] : []),
      ...(end.bond > 0n ? ["its bond back"] : []),
    ];
    return parts.length === 0 ? "; lost its bond" : `; got ${parts.join(", ")}`;
  }
}

/** One challenge in words. */
export function describeChallenge(id: bigint, { challenger, item, turn, deadline }: Challenge): string {
  const what = item === NO_ITEM ? "of an item yet to be named" : `of item ${item}`;
  return `${id} ${what}, by ${challenger}: ${turnWords(turn, deadline)}`;
}

function turnWords(turn: Turn, deadline: number): string {
  switch (turn) {
    case Turn.Provider:
      return `the provider must answer by ${time(deadline)}`;
    case Turn.Challenger:
      return `the challenger must move by ${time(deadline)}`;
    case Turn.Won:
      return "won";
    case Turn.Lost:
      return "lost";
    case Turn.Released:
      return "over: the job ended otherwise";
    default:
      return "unknown";
  }
}

function dataFacts({ disputes: { data } }: AssuranceView): Fact[] {
  if (data === undefined) return [];
  const { items, posted, deadline, defaulted, released } = data;
  const state = defaulted
    ? "not posted in time"
    : released
      ? "no longer needed"
      : `${posted.length} of ${items.length} posted, the rest due by ${time(deadline)}`;
  return [["data", `outputs of items ${items.join(", ")} asked for on chain: ${state}`]];
}

function endFacts({ refuted }: JobView, { verdict, audit }: AssuranceView): Fact[] {
  if (!verdict.refuted && verdict.challenge === 0n) return [];
  const how = fall(verdict);
  if (refuted === undefined) return [["verdict", `${how}; anyone may now take the job down`]];
  const lost = refuted.burned + refuted.reward;
  const facts: Fact[] = [
    [
      "fell",
      `${how}; the provider lost ${formatEther(lost)} GLIA, ${formatEther(refuted.burned)} of it burned, and the price went back to the payer`,
    ],
  ];
  if (audit.rewarded !== undefined)
    facts.push(["reward", `${formatEther(audit.rewarded.amount)} GLIA to ${audit.rewarded.to}`]);
  return facts;
}

function fall({ item, challenge, proven }: AssuranceView["verdict"]): string {
  if (challenge === 0n) return "the provider did not deliver the outputs that were asked for on chain";
  const where = item === NO_ITEM ? "" : ` of item ${item}`;
  return proven
    ? `the result${where} was proven wrong by challenge ${challenge}`
    : `the provider fell silent in challenge ${challenge}${where}`;
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
