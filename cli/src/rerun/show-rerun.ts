import { GliaError } from "@glia/sdk";

import { printable } from "../terminal/printable.ts";
import type { RerunItem, RerunReport } from "./rerun.ts";

/** Most differing items that a line names. */
const NAMED = 20;

/** What a person reads of a sample in which nothing differs. */
export function showRerun({ exact, items }: RerunReport, total: number): string {
  const how = exact ? "byte for byte" : "up to the rounding of floats";
  return `Computed again: ${items.length} of ${total} items in this machine's sandbox, the same ${how}.`;
}

/** Line by line what differs, for a person. */
export function showDifferences(items: readonly RerunItem[]): string[] {
  const wrong = items.filter(({ same }) => !same);
  return wrong.slice(0, NAMED).map(({ item, differences }) => {
    const parts = differences.map(({ output, elements, first }) => {
      const where =
        first === undefined
          ? "type or shape"
          : `element ${first.index}: delivered ${first.delivered}, computed ${first.computed}`;
      return `${printable(output, 40)} differs in ${elements} element${elements === 1 ? "" : "s"} (${where})`;
    });
    return `  item ${item}: ${parts.join("; ")}`;
  });
}

/**
 * Refuses a result in whose sample something differs.
 * @throws GliaError `RESULT_WRONG` of an exact model, which a challenge can prove; `RESULT_DIFFERS` of any other, which proves nothing on chain.
 */
export function requireSame(jobId: string, { exact, items }: RerunReport): void {
  const wrong = items.filter(({ same }) => !same);
  const [first] = wrong;
  if (first === undefined) return;
  const which = wrong
    .slice(0, NAMED)
    .map(({ item }) => item)
    .join(", ");
  const counted = `${wrong.length} of ${items.length} items computed again differ from what was delivered (${wrong.length > NAMED ? "the first: " : ""}${which}).`;
  throw exact
    ? new GliaError("RESULT_WRONG", counted, {
        kind: "verification",
        hint: `Do not accept it; take the payment back with: glia challenge ${jobId} --item ${first.item}`,
        details: { jobId, items: wrong },
      })
    : new GliaError("RESULT_DIFFERS", counted, {
        kind: "verification",
        hint: "This model is not exact, so nothing of it can be proven on chain; buy an exact one (glia exact quantize), or another provider's work.",
        details: { jobId, items: wrong },
      });
}
