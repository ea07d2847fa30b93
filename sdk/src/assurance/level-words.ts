import { AssuranceLevel } from "../chain/types.ts";
import type { MenuFacts } from "./menu.ts";

/** What a level promises and what it cannot, as sentences for a buyer who is about to pay. */
export function levelWords(
  level: typeof AssuranceLevel.Optimistic | typeof AssuranceLevel.Audited,
  { spec, exact, audits, rules }: MenuFacts,
): { readonly promises: string; readonly limits: string } {
  if (level === AssuranceLevel.Audited) {
    if (!exact)
      return {
        promises: "Nothing: only exact models can be audited.",
        limits: "This model is not exact: two honest machines may differ, so nobody could prove a result wrong.",
      };
    if (audits === undefined)
      return { promises: "Nothing: this market has no audits.", limits: "Choose another level or another market." };
    const seen = Math.min(spec.sampleSize, spec.items);
    return {
      promises:
        `The provider is bound to its result before a lot decides whether the job is checked; ${percent(spec.checkBps)} of such jobs are. ` +
        `Strangers then run ${seen} of the ${spec.items} items again before you pay, and a wrong one costs the provider all of its collateral. ` +
        "You, or anyone else who has the inputs, can challenge any item besides.",
      limits:
        (audits.stake - (audits.ownStake ?? 0n) < audits.parameters.auditBond || audits.stake === 0n
          ? "Nobody but perhaps the provider itself is enrolled as auditor now, so the job would go on as optimistic. "
          : `Of the auditors drawn, ${percent(rules.honestShareBps)} are reckoned to work; if none does, the job goes on as optimistic with a doubled window, and its receipt says so. `) +
        "An item that is not sampled is not looked at by them, and a provider that learns outputs from its auditors is not found out.",
    };
  }
  if (exact)
    return {
      promises:
        "Any wrong byte can be proven on chain while the challenge window is open, by you or anyone else who has the inputs; then the price comes back and the provider loses all of its collateral.",
      limits: "Nobody checks by itself: a wrong result that nobody runs again and challenges is paid.",
    };
  return {
    promises: "The outputs are those that the provider committed to, and a missed deadline refunds the price.",
    limits:
      "Nobody checks the content of the result unless you do, and nobody can prove it wrong: the provider loses nothing for it.",
  };
}

function percent(bps: number): string {
  return `${bps / 100} %`;
}
