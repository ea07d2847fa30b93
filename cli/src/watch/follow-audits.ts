import { sleep } from "@glia/sdk";
import type { Hex } from "viem";

import type { AssuranceView } from "../assurance/read-assurance.ts";
import type { Tell } from "./watch-event.ts";

/** The audit of a revealed result, and what is done about what auditors say. */
export interface AuditWatch<found> {
  readonly jobId: Hex;
  /** What the chain says now; undefined for a job without a module. */
  readonly read: () => Promise<AssuranceView | undefined>;
  /** Whether nobody can open an attestation any more: its deadline is over, or the job is. */
  readonly isOver: (claimDeadline: number) => Promise<boolean>;
  /** Items that were run again and came out the same: whoever says otherwise of these is wrong. */
  readonly checked: readonly number[];
  /** Runs items again for which an auditor got another result. */
  readonly look: (items: readonly number[]) => Promise<found | "right">;
  readonly tell: Tell;
  /** Milliseconds between looks. */
  readonly interval: number;
  readonly signal: AbortSignal;
}

/**
 * Follows an audit until nothing more can come of it: all who attested have opened what they got or are too late, or the job is over. An
 * auditor may lie, so that one who is wrong does not end the watch: another may be right.
 * @returns what the first look found that did not find all right
 */
export async function followAudits<found>(watch: AuditWatch<found>): Promise<found | "right"> {
  const { jobId, tell, signal } = watch;
  const checked = new Set(watch.checked);
  for (let told = ""; ;) {
    signal.throwIfAborted();
    const assurance = await watch.read();
    const { attestations = 0, claimDeadline = 0 } = assurance?.audit.revealed ?? {};
    if (assurance === undefined || attestations === 0) return "right";
    const { opened, forfeited } = assurance.audit;
    const differing = opened.filter(({ differences }) => differences !== 0n).length;
    const text = `${opened.length} ${differing}`;
    if (text !== told) tell(jobId, { event: "audit", attestations, opened: opened.length, differing });
    told = text;
    const suspects = disagreed(assurance).filter((item) => !checked.has(item));
    const found = suspects.length === 0 ? "right" : await watch.look(suspects);
    if (found !== "right") return found;
    for (const item of suspects) checked.add(item);
    if (opened.length + forfeited.length >= attestations) return "right";
    if (suspects.length > 0) continue;
    if (await watch.isOver(claimDeadline)) return "right";
    await sleep(watch.interval, signal);
  }
}

/** Bit j of an auditor's differences is the j-th item of the sample. */
function disagreed({ audit, sample }: AssuranceView): number[] {
  return sample.filter((_, place) =>
    audit.opened.some(({ differences }) => ((differences >> BigInt(place)) & 1n) === 1n),
  );
}
