import {
  assuranceOf,
  attestCall,
  auditCall,
  chainTime,
  claimAuditCall,
  isFinal,
  type MarketClient,
  sampleDigest,
  sampleItems,
  seedOf,
} from "@glia/sdk";
import type { Address, Hex } from "viem";

import type { Sender } from "../../adapters/chain/sender.ts";
import type { AttestationRecord, AuditRecord } from "../../adapters/store/audits.ts";
import type { Journal } from "../../adapters/store/journal.ts";
import type { AuditState } from "../../domain/audit-state.ts";
import type { Logger } from "../../util/log.ts";
import { createLoop, type Loop } from "../../util/loop.ts";
import { commitmentOf } from "./commitment-of.ts";
import { hasLiveTransaction, liveTransaction } from "../live-transaction.ts";

export interface AttesterOptions {
  readonly journal: Journal;
  readonly sender: Sender;
  readonly client: MarketClient;
  readonly provider: Address;
  readonly pollMs: number;
  readonly log: Logger;
  /** Told when a revealed result is not what we computed. */
  readonly onDifference: (jobId: Hex) => void;
}

/** Puts an auditor's word on chain: attests what was recorded, opens it after the reveal, and ends the audit once the job is final. */
export function createAttester(options: AttesterOptions): Loop {
  const { journal, sender, client, provider, log } = options;
  const stale = new Set<Hex>();

  function recorded({ jobId, seed }: AuditRecord): AttestationRecord {
    const attestation = seed === undefined ? undefined : journal.audits.attestation(jobId, seed);
    if (attestation === undefined) throw new Error(`the audit of job ${jobId} has no recorded attestation`);
    return attestation;
  }

  async function attest(record: AuditRecord): Promise<void> {
    const { jobId, job } = record;
    const own = recorded(record);
    const attestation = commitmentOf(provider, own);
    const live = liveTransaction(journal, jobId, "attest");
    if (live?.subject === attestation) {
      journal.audits.advance(jobId, "attest-signed");
      return;
    }
    // Of a lot that a reorganisation took back: the sender drops it, see review-attestation.ts.
    if (live !== undefined) return;
    const assurance = await assuranceOf(client, job.module);
    const [{ auditDeadline }, lot, now] = await Promise.all([
      assurance.auditOf(jobId),
      seedOf(client, assurance, jobId),
      chainTime(client.publicClient),
    ]);
    if (now > BigInt(auditDeadline)) {
      journal.audits.advance(jobId, "given-up");
      log.warn({ jobId }, "the audit deadline passed before the attestation was sent");
      return;
    }
    if (lot.state !== "ready" || lot.seed !== own.seed) {
      // A reorganisation drew another sample.
      journal.audits.advance(jobId, "committed-on-chain");
      return;
    }
    await sender.submit({
      purpose: "attest",
      jobIds: [jobId],
      subject: attestation,
      call: attestCall(job.module, { id: jobId, job, auditor: provider, attestation, seedProof: lot.proof }),
      onRecorded: () => void journal.audits.advance(jobId, "attest-signed"),
    });
  }

  async function claim(record: AuditRecord): Promise<void> {
    const { jobId, job } = record;
    if (hasLiveTransaction(journal, jobId, "claim")) {
      journal.audits.advance(jobId, "claim-signed");
      return;
    }
    const assurance = await assuranceOf(client, job.module);
    const [audit, { commitment }, now] = await Promise.all([
      assurance.auditOf(jobId),
      assurance.attestationOf(jobId, provider),
      chainTime(client.publicClient),
    ]);
    const own = journal.audits.listAttestations(jobId).find((one) => commitmentOf(provider, one) === commitment);
    if (own === undefined) throw new Error(`the attestation of job ${jobId} on chain is not in the journal`);
    const { roots, salt } = own;
    if (now > BigInt(audit.claimDeadline)) {
      journal.audits.advance(jobId, "given-up");
      log.error({ jobId }, "the claim deadline passed before the attestation was opened; its bond is lost");
      return;
    }
    const agrees = audit.digest === sampleDigest(roots);
    const revealed = record.reveal ?? [];
    if (!agrees) {
      if (revealed.length !== roots.length) throw new Error(`the revealed sample of job ${jobId} was not read yet`);
      if (own.seed === audit.seed) tellDifference(record, roots, sampleItems({ ...audit, jobId }));
      else tellStale(jobId);
      const patience = BigInt(assurance.parameters.claimWindow) / 2n;
      if (now + patience < BigInt(audit.claimDeadline) && !(await isHeld(jobId))) return;
    }
    await sender.submit({
      purpose: "claim",
      jobIds: [jobId],
      call: claimAuditCall(job.module, {
        id: jobId,
        auditor: provider,
        roots,
        salt,
        revealedRoots: agrees ? [] : revealed,
      }),
      onRecorded: () => void journal.audits.advance(jobId, "claim-signed"),
    });
  }

  /** Nothing is wrong with the result, so nothing is disputed; opened late, the attestation costs nothing if the buyer accepts first. */
  function tellStale(jobId: Hex): void {
    if (stale.has(jobId)) return;
    stale.add(jobId);
    log.error({ jobId }, "a reorganisation left our attestation of another sample; its bond is lost unless the buyer accepts in time"); // prettier-ignore
  }

  function tellDifference(
    { jobId, job, reveal = [], differs }: AuditRecord,
    roots: readonly Hex[],
    sample: readonly number[],
  ): void {
    const item = sample[roots.findIndex((root, j) => root !== reveal[j])];
    if (differs === item) return;
    journal.audits.setDiffers(jobId, item);
    log.error({ jobId, provider: job.provider, item }, "the provider's result is not what we computed");
    options.onDifference(jobId);
  }

  /**
   * Whether a difference can be told without risk: our own challenge stands, or the job is over. Else a buyer in league with the provider
   * could accept right behind the claim, and an auditor who differs from a job that was settled pays with its bond.
   */
  async function isHeld(jobId: Hex): Promise<boolean> {
    if (journal.transactions.listOfJob(jobId, "challenge").some(({ state }) => state === "mined")) return true;
    return isFinal((await client.statusOf(jobId)).status);
  }

  async function close({ jobId, job }: AuditRecord): Promise<void> {
    if (hasLiveTransaction(journal, jobId, "close")) {
      journal.audits.advance(jobId, "close-signed");
      return;
    }
    const { status } = await client.statusOf(jobId);
    if (!isFinal(status)) return;
    await sender.submit({
      purpose: "close",
      jobIds: [jobId],
      call: auditCall(job.module, "closeAudit", { id: jobId, auditor: provider }),
      onRecorded: () => void journal.audits.advance(jobId, "close-signed"),
    });
  }

  const moves: Partial<Record<AuditState, (record: AuditRecord) => Promise<void>>> = {
    computed: attest,
    revealed: claim,
    claimed: close,
  };

  return createLoop({
    name: "attester",
    intervalMs: options.pollMs,
    log,
    async step(signal) {
      for (const record of journal.audits.listByState("computed", "revealed", "claimed")) {
        if (signal.aborted) return;
        try {
          await moves[record.state]?.(record);
        } catch (error) {
          log.warn({ jobId: record.jobId, state: record.state, err: error }, "a move of an audit will be tried again");
        }
      }
    },
  });
}
