import { assuranceOf, type MarketClient } from "@glia/sdk";
import type { Address } from "viem";

import type { AuditRecord } from "../../adapters/store/audits.ts";
import type { Journal } from "../../adapters/store/journal.ts";
import type { PointObserver } from "../../domain/points.ts";
import type { Logger } from "../../util/log.ts";
import { createLoop, type Loop } from "../../util/loop.ts";
import type { StableSeed } from "../commit/stable-seed.ts";
import { isNamed } from "./is-drawn.ts";

export interface DrawerOptions {
  readonly journal: Journal;
  readonly client: MarketClient;
  readonly provider: Address;
  readonly stableSeed: StableSeed;
  readonly pollMs: number;
  readonly log: Logger;
  readonly onPoint: PointObserver;
  /** Told when a lot names this auditor. */
  readonly onDrawn: () => void;
}

/** Reads the lots of committed jobs, and finds those that name this auditor. */
export function createDrawer(options: DrawerOptions): Loop {
  const { journal, client, provider, log } = options;

  async function look({ jobId, job }: AuditRecord, head: bigint): Promise<void> {
    const assurance = await assuranceOf(client, job.module);
    const lot = await options.stableSeed(assurance, jobId, head);
    if (lot.state === "waiting") return;
    const audit = await assurance.auditOf(jobId);
    const drawn =
      lot.state === "ready" && (await isNamed(assurance, { jobId, audit, seed: lot.seed, auditor: provider }));
    journal.audits.advance(jobId, drawn ? "drawn" : "not-drawn");
    if (!drawn) return;
    log.info({ jobId, provider: job.provider, auditDeadline: audit.auditDeadline }, "drawn to audit a job");
    options.onPoint("drawn", jobId);
    options.onDrawn();
  }

  return createLoop({
    name: "drawer",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      const waiting = journal.audits.listByState("waiting");
      if (waiting.length === 0) return;
      const head = await client.publicClient.getBlockNumber({ cacheTime: 0 });
      for (const audit of waiting) {
        if (signal.aborted) return;
        try {
          await look(audit, head);
        } catch (error) {
          log.warn({ jobId: audit.jobId, err: error }, "a lot will be read again");
        }
      }
    },
  });
}
