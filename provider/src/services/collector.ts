import { assuranceOf, auditCall, chainTime, type MarketClient } from "@glia/sdk";

import type { Sender } from "../adapters/chain/sender.ts";
import type { Journal } from "../adapters/store/journal.ts";
import type { Logger } from "../util/log.ts";
import { createLoop, type Loop } from "../util/loop.ts";

export interface CollectorOptions {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly client: MarketClient;
  readonly intervalMs: number;
  readonly log: Logger;
}

/**
 * Takes the bonds of attestations of this node's jobs that were not opened in time. Bonds of lost challenges are owed to the provider's account,
 * and only that account can withdraw them (`glia-node withdraw --bonds`).
 */
export function createCollector(options: CollectorOptions): Loop {
  const { journal, sender, client, log } = options;

  return createLoop({
    name: "collector",
    intervalMs: options.intervalMs,
    log,
    async step() {
      const waiting = journal.attested.listWaiting();
      if (waiting.length === 0) return;
      const now = await chainTime(client.publicClient);
      for (const { jobId, auditor } of waiting) {
        const module = journal.jobs.get(jobId)?.committedJob?.module;
        const subject = `forfeit ${jobId} ${auditor}`;
        if (module === undefined || journal.transactions.isLive("collect", subject)) continue;
        const { claimDeadline } = await (await assuranceOf(client, module)).auditOf(jobId);
        // Zero before the reveal.
        if (claimDeadline === 0 || now <= BigInt(claimDeadline)) continue;
        const call = auditCall(module, "forfeit", { id: jobId, auditor });
        await sender.submit({ purpose: "collect", jobIds: [jobId], subject, call, onRecorded: () => undefined });
        log.info({ jobId, auditor }, "an attestation was not opened in time; takes its bond");
      }
    },
  });
}
