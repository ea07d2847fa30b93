import {
  assuranceOf,
  chainTime,
  type ContentStore,
  digestToCid,
  GliaError,
  type MarketClient,
  sampleItems,
  seedOf,
} from "@glia/sdk";
import { type Address, formatEther, type Hex } from "viem";

import type { AuditContent } from "../../adapters/artifacts/audit-content.ts";
import type { AuditRecord } from "../../adapters/store/audits.ts";
import type { Journal } from "../../adapters/store/journal.ts";
import type { PointObserver } from "../../domain/points.ts";
import { Impossible } from "../../domain/reject-reason.ts";
import { saltOf } from "../../adapters/keystore/salts.ts";
import type { Logger } from "../../util/log.ts";
import { createLoop, type Loop } from "../../util/loop.ts";
import { safeText } from "../../util/text.ts";
import { checkContent, type ContentLimits } from "../check-content.ts";
import { type MaterialParts, openEvidence } from "../dispute/material.ts";

export interface SamplerOptions {
  readonly journal: Journal;
  readonly client: MarketClient;
  /** The auditor. */
  readonly provider: Address;
  readonly store: ContentStore;
  /** The node's, from which salts follow. */
  readonly secret: Hex;
  readonly parts: Omit<MaterialParts, "signal">;
  readonly limits: ContentLimits;
  readonly fromProvider: AuditContent;
  /** For content that the provider withholds: the buyer's own sources, if the chain names any. */
  readonly fromSources: (
    digest: Hex,
    sources: readonly string[],
    maxBytes: number,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly pollMs: number;
  readonly log: Logger;
  readonly onPoint: PointObserver;
  /** Told when a sample's roots are durable. */
  readonly onDone: () => void;
}

/**
 * Re-executes the samples of jobs that this auditor was drawn for, one job at a time, oldest first. What cannot be had or run in time is
 * given up: nobody loses a bond by not attesting.
 */
export function createSampler(options: SamplerOptions): Loop {
  const { journal, client, store, log } = options;
  const stopping = new AbortController();
  const retryAt = new Map<Hex, number>();

  async function fetchContent(
    { jobId, spec, job, sources }: AuditRecord,
    now: bigint,
    signal: AbortSignal,
  ): Promise<void> {
    const digests = [spec.modelDigest, spec.inputDigest];
    const here = await Promise.all(digests.map((digest) => store.has(digestToCid(digest))));
    if (here.every(Boolean)) return;
    try {
      const { endpoint } = await client.provider(job.provider);
      await options.fromProvider({ jobId, spec, endpoint, now }, signal);
    } catch (error) {
      if (sources.length === 0) throw error;
      log.warn({ jobId, err: error }, "the provider does not serve its auditor; asking the buyer's sources");
      await options.fromSources(spec.modelDigest, sources, options.limits.maxModelBytes, signal);
      await options.fromSources(spec.inputDigest, sources, options.limits.maxInputBytes, signal);
    }
  }

  async function sample(record: AuditRecord): Promise<void> {
    const { jobId, spec, job } = record;
    const assurance = await assuranceOf(client, job.module);
    const [audit, lot, now, { enrolled, bonded }] = await Promise.all([
      assurance.auditOf(jobId),
      seedOf(client, assurance, jobId),
      chainTime(client.publicClient),
      assurance.auditorOf(options.provider),
    ]);
    if (now > BigInt(audit.auditDeadline)) {
      giveUp(jobId, "the audit deadline passed");
      return;
    }
    if (lot.state !== "ready") return;
    assertBond(enrolled - bonded, assurance.parameters.auditBond);
    // Else one job that takes for ever would keep this auditor from all the others.
    const left = Number(BigInt(audit.auditDeadline) - now + 1n) * 1000;
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(left)]);
    await fetchContent(record, now, signal);
    const { engine, readExact } = options.parts;
    await checkContent({
      spec,
      model: await store.open(digestToCid(spec.modelDigest)),
      input: await store.open(digestToCid(spec.inputDigest)),
      limits: options.limits,
      declared: { modelBytes: undefined, inputBytes: undefined },
      inspect: (file) => engine.inspect(file),
      readExact,
    });
    const evidence = await openEvidence(spec, { ...options.parts, signal });
    const items = sampleItems({ ...audit, seed: lot.seed, jobId });
    const roots = await evidence.outputRoots(items);
    const salt = saltOf(options.secret, "attest", client.domain, jobId, lot.seed);
    journal.atomic(() => {
      journal.audits.recordAttestation({ jobId, seed: lot.seed, roots, salt });
      journal.audits.advance(jobId, "roots-recorded");
      journal.audits.setError(jobId, undefined);
    });
    log.info({ jobId, items }, "a sample was re-executed");
    options.onPoint("roots-recorded", jobId);
    options.onDone();
  }

  /** An attestation that cannot lock its bond is worth no computation; closed audits free theirs. */
  function assertBond(free: bigint, bond: bigint): void {
    if (free >= bond) return;
    throw new GliaError(
      "AUDITING_STAKE_TOO_SMALL",
      `An attestation locks ${formatEther(bond)} GLIA of auditing stake; ${formatEther(free)} are not locked by others`,
      { kind: "funds", retryable: true, hint: "Enrol more with `glia-node auditing enrol`." },
    );
  }

  function giveUp(jobId: Hex, why: string): void {
    journal.audits.advance(jobId, "given-up");
    journal.audits.setError(jobId, safeText(why));
    log.warn({ jobId, why }, "an audit was given up");
  }

  const loop = createLoop({
    name: "sampler",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      for (const record of journal.audits.listByState("drawn")) {
        if (signal.aborted) return;
        const { jobId } = record;
        if ((retryAt.get(jobId) ?? 0) > Date.now()) continue;
        try {
          await sample(record);
        } catch (error) {
          if (stopping.signal.aborted) return;
          const message = error instanceof GliaError ? `${error.code}: ${error.message}` : String(error);
          journal.audits.setError(jobId, safeText(message));
          // Meanwhile a reorganisation may have taken it elsewhere.
          if (journal.audits.get(jobId)?.state !== "drawn") continue;
          if (error instanceof Impossible) giveUp(jobId, message);
          else log.warn({ jobId, err: error }, "an audit will be tried again");
          retryAt.set(jobId, Date.now() + 5 * options.pollMs);
        }
      }
    },
  });
  return {
    ...loop,
    async stop() {
      stopping.abort();
      await loop.stop();
    },
  };
}
