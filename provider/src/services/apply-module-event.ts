import type { AssuranceEvent, DisputesEvent } from "@glia/sdk";
import { type Address, isAddressEqual } from "viem";

import type { Journal } from "../adapters/store/journal.ts";
import type { Reached } from "./apply-events.ts";

export interface ModuleContext {
  readonly journal: Journal;
  /** Whose jobs and whose attestations these are. */
  readonly provider: Address;
  /** The module that the event came from, or whose disputes it came from. */
  readonly module: Address;
}

/**
 * Writes what one event of an assurance module says about our jobs and audits into the journal. Applying an event again changes nothing.
 * Call it inside `journal.atomic`, together with the cursor.
 */
export function applyAssuranceEvent({ journal, provider }: ModuleContext, event: AssuranceEvent): Reached[] {
  const { blockNumber: block, eventName } = event;
  switch (eventName) {
    case "Attested":
    case "AttestationOpened":
    case "AttestationForfeited":
    case "AuditClosed": {
      const { jobId, auditor } = event.args;
      if (journal.jobs.get(jobId) !== undefined) {
        const state = { Attested: "waiting", AttestationOpened: "opened", AttestationForfeited: "forfeited", AuditClosed: "closed" } as const; // prettier-ignore
        journal.attested.put({ jobId, auditor, state: state[eventName] }, block);
      }
      if (!isAddressEqual(auditor, provider) || journal.audits.get(jobId) === undefined) return [];
      const fact = { Attested: "attested-on-chain", AttestationOpened: "opened-on-chain", AttestationForfeited: "forfeited-on-chain", AuditClosed: "closed-on-chain" } as const; // prettier-ignore
      journal.audits.advance(jobId, fact[eventName]);
      journal.audits.setBlock(jobId, block);
      if (eventName === "Attested") return [["attested", jobId]];
      return eventName === "AuditClosed" ? [["audit-closed", jobId]] : [];
    }
    case "Redrawn":
      if (journal.audits.get(event.args.jobId) !== undefined)
        journal.audits.advance(event.args.jobId, "redrawn-on-chain");
      return [];
    case "SampleRevealed":
      journal.audits.setReveal(event.args.jobId, event.args.roots);
      return [];
    default:
      return [];
  }
}

/** The same for one event of a module's disputes. */
export function applyDisputesEvent(context: ModuleContext, event: DisputesEvent): void {
  const { journal, module } = context;
  const { blockNumber: block } = event;
  switch (event.eventName) {
    case "ChallengeOpened": {
      const { challenge, jobId } = event.args;
      if (journal.jobs.get(jobId) !== undefined) journal.challenges.put({ challenge, module, jobId, block });
      return;
    }
    case "DataRequested": {
      const { jobId } = event.args;
      if (journal.jobs.get(jobId) !== undefined) journal.challenges.put({ challenge: 0n, module, jobId, block });
      return;
    }
    default:
      return;
  }
}
