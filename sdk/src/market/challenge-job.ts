import type { Hex } from "viem";
import { runChallenger, walletSender } from "../assurance/drive.ts";
import { openMaterial } from "../assurance/open-material.ts";
import type { Tracer } from "../assurance/open-material.ts";
import type { ChallengerMove, MoveSender } from "../assurance/move.ts";
import type { JobMaterial } from "../assurance/material.ts";
import { jobFromEvents } from "../chain/job-from-events.ts";
import { digestToCid } from "../storage/cid.ts";
import type { ClientParts } from "./job-run.ts";
import { loadRecord } from "./load-record.ts";

export interface ChallengeOptions {
  /** The wrong item; without it one is looked for in the result's tree, for which the whole batch is computed here. */
  readonly item?: number;
  /** Goes on with this challenge; by default with the account's own one of this job and item, if there is one. */
  readonly challenge?: bigint;
  /** What computes; by default the law itself. */
  readonly trace?: Tracer;
  /** Other material than the client's store holds. */
  readonly material?: JobMaterial;
  /** How transactions are sent; by default one after the other by the client's wallet. The first carries the bond. */
  readonly send?: MoveSender;
  /** Sees every move before it is made. */
  readonly onMove?: (move: ChallengerMove) => void;
  readonly signal?: AbortSignal;
}

/**
 * Challenges a revealed result of an exact model and plays to the end; or goes on with a challenge from wherever it stands.
 * @throws GliaError `NOT_DISPUTABLE`, `MODEL_NOT_EXACT`, `CONTENT_MISSING` where the store lacks model or inputs, and those of transactions.
 */
export async function challengeJob(
  parts: ClientParts,
  jobId: Hex,
  { trace, material, send, onMove, ...options }: ChallengeOptions = {},
): ReturnType<typeof runChallenger> {
  const { client, content, interval } = parts;
  const { account } = client.requireWallet();
  const { spec } = await loadRecord(parts, jobId);
  const own = material ?? (await materialOf());
  return runChallenger(
    { client, jobId, account: account.address, material: own, ...options },
    send ?? walletSender(client),
    {
      ...(onMove === undefined ? {} : { onMove }),
      ...(interval === undefined ? {} : { interval }),
    },
  );

  /** Delivered outputs count only where they were checked: `verify` leaves them in the store then. */
  async function materialOf(): Promise<JobMaterial> {
    const { outputDigest } = await jobFromEvents(client, jobId);
    const delivered = outputDigest !== undefined && (await isVerified(outputDigest));
    return openMaterial(content, spec, {
      ...(trace === undefined ? {} : { trace }),
      ...(delivered ? { outputDigest } : {}),
    });
  }

  async function isVerified(outputDigest: Hex): Promise<boolean> {
    const record = await parts.jobs.load(jobId);
    return record?.verified === true && content.has(digestToCid(outputDigest));
  }
}
