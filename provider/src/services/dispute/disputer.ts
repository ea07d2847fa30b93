import { challengerMove, type MarketClient, type SendMove } from "@glia/sdk";
import type { Address, Hex } from "viem";

import type { Sender } from "../../adapters/chain/sender.ts";
import type { AuditRecord } from "../../adapters/store/audits.ts";
import type { Journal } from "../../adapters/store/journal.ts";
import type { Logger } from "../../util/log.ts";
import { createLoop, type Loop } from "../../util/loop.ts";
import type { EvidenceDesk } from "./evidence-desk.ts";

export interface DisputerOptions {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly client: MarketClient;
  /** The key that challenges, and to which bonds come back. */
  readonly operator: Address;
  readonly evidence: EvidenceDesk;
  readonly pollMs: number;
  readonly log: Logger;
  /** Told of each move, by its kind. */
  readonly onMove: (what: string) => void;
}

/**
 * Disputes audited results that are not what this node computed: an auditor who differs and does not see it proven loses its bond. Each move
 * follows from the chain and own computation alone, so that a restart goes on where the chain stands.
 */
export function createDisputer(options: DisputerOptions): Loop {
  const { journal, sender, client, operator, log } = options;

  async function dispute(audit: AuditRecord, item: number, signal: AbortSignal): Promise<void> {
    const { jobId } = audit;
    const material = await options.evidence.material(audit, undefined);
    const move = await challengerMove({ client, jobId, account: operator, material, item, signal });
    if (move.do === "send") await send(jobId, move);
    if (move.do !== "done") return;
    journal.audits.setDisputed(jobId);
    log[move.outcome === "lost" ? "error" : "info"]({ jobId, item, outcome: move.outcome, challenge: move.challenge }, "a dispute is over"); // prettier-ignore
  }

  async function send(jobId: Hex, { key, call, why, until }: SendMove): Promise<void> {
    if (journal.transactions.isLive("challenge", key)) return;
    await sender.submit({ purpose: "challenge", jobIds: [jobId], subject: key, call, onRecorded: () => undefined });
    log.warn({ jobId, move: key, until, why }, "moves in a dispute");
    options.onMove(/ ([A-Za-z]+)(?: \S+)?$/.exec(key)?.[1] ?? key);
  }

  return createLoop({
    name: "disputer",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      for (const audit of journal.audits.listDiffering()) {
        if (signal.aborted) return;
        if (audit.differs === undefined) continue;
        try {
          await dispute(audit, audit.differs, signal);
        } catch (error) {
          log.warn({ jobId: audit.jobId, err: error }, "a move in a dispute will be tried again");
        }
      }
    },
  });
}
