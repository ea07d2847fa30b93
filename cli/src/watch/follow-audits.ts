import { chainTime, isFinal, jobFromEvents, type JobView, type MarketClient } from "@glia/sdk";

import { readAssurance, type AssuranceView } from "../assurance/read-assurance.ts";
import { pause } from "./pause.ts";
import type { Tell } from "./watch-event.ts";

/**
 * Follows the audit of a revealed result until nothing more can come of it: all who attested have opened what they got or are too late, or
 * the job is over.
 * @returns the items for which an auditor got another result, as soon as there are any; empty if none did
 */
export async function nextAudit({
  client,
  view,
  tell,
  interval,
  signal,
}: {
  readonly client: MarketClient;
  readonly view: JobView;
  readonly tell: Tell;
  /** Milliseconds between looks. */
  readonly interval: number;
  readonly signal: AbortSignal;
}): Promise<readonly number[]> {
  for (let told = ""; ;) {
    signal.throwIfAborted();
    const assurance = await readAssurance(client, view, signal);
    const { attestations = 0, claimDeadline = 0 } = assurance?.audit.revealed ?? {};
    if (assurance === undefined || attestations === 0) return [];
    const { opened, forfeited } = assurance.audit;
    const differing = opened.filter(({ differences }) => differences !== 0n).length;
    const text = `${opened.length} ${differing}`;
    if (text !== told) tell(view.jobId, { event: "audit", attestations, opened: opened.length, differing });
    told = text;
    if (differing > 0) return disagreed(assurance);
    const late = (await chainTime(client.publicClient)) > claimDeadline;
    if (opened.length + forfeited.length >= attestations || late) return [];
    if (isFinal((await jobFromEvents(client, view.jobId, { signal })).status)) return [];
    await pause(interval, signal);
  }
}

/** Bit j of an auditor's differences is the j-th item of the sample. */
function disagreed({ audit, sample }: AssuranceView): number[] {
  return sample.filter((_, place) =>
    audit.opened.some(({ differences }) => ((differences >> BigInt(place)) & 1n) === 1n),
  );
}
