import type { Address, Hex } from "viem";
import { assuranceAbi } from "./abis.ts";
import type { AssuranceEvent } from "./decode-assurance-log.ts";
import type { EventPlace, JobView } from "./job-from-events.ts";
import type { MarketClient } from "./market-client.ts";
import { readEvents } from "./read-events.ts";

/** Everything that the log of the assurance module says about one job. Times in Unix seconds. */
export interface AuditView {
  readonly committed?: EventPlace & {
    readonly commitment: Hex;
    readonly seedPoint: bigint;
    readonly revealDeadline: number;
  };
  /** Last moment of attesting; a redraw moves it. */
  readonly auditDeadline?: number;
  readonly seed?: Hex;
  readonly redrawn: boolean;
  readonly attested: readonly Address[];
  readonly revealed?: EventPlace & {
    readonly drawn: boolean;
    /** Zero if the job was not drawn, or nobody attested: it never counts as checked. */
    readonly attestations: number;
    readonly digest: Hex;
    readonly claimDeadline: number;
  };
  /** `itemOutputRoot`s of the sampled items, revealed where somebody attested; in the order of the sample. */
  readonly sampledRoots?: readonly Hex[];
  /** Attestations that were opened; bit j of `differences`: the j-th sampled item's root is another than the revealed one. */
  readonly opened: readonly { readonly auditor: Address; readonly differences: bigint }[];
  readonly forfeited: readonly Address[];
  /** What came back of the bond and what was paid, in GLIA units; `pay` in the job's token. */
  readonly closed: readonly {
    readonly auditor: Address;
    readonly bond: bigint;
    readonly pay: bigint;
    readonly reward: bigint;
  }[];
  /** Who got the reward of a refuted job, if it was no auditor; GLIA units. */
  readonly rewarded?: { readonly to: Address; readonly amount: bigint };
  /** Units of the job's token that went back to the payer because nobody audited. */
  readonly potReturned?: bigint;
}

/** A view while it is put together. */
type Draft = {
  -readonly [key in keyof AuditView]: AuditView[key] extends readonly (infer one)[] ? one[] : AuditView[key];
};

/**
 * What the module's events say about a job; undefined for a job without a module.
 * @throws GliaError as `readEvents`.
 */
export async function auditFromEvents(
  client: MarketClient,
  { jobId, job, assigned }: Pick<JobView, "jobId" | "job" | "assigned">,
  signal?: AbortSignal,
): Promise<AuditView | undefined> {
  if (BigInt(job.module) === 0n) return undefined;
  const { publicClient, deployment } = client;
  const view: Draft = { redrawn: false, attested: [], opened: [], forfeited: [], closed: [] };
  for await (const event of readEvents({
    publicClient,
    address: job.module,
    abi: assuranceAbi,
    topics: [null, jobId],
    fromBlock: assigned?.blockNumber ?? deployment.fromBlock,
    toBlock: await publicClient.getBlockNumber({ cacheTime: 0 }),
    ...(signal === undefined ? {} : { signal }),
  })) {
    apply(view, event);
  }
  return view;
}

function apply(view: Draft, event: AssuranceEvent): void {
  const { transactionHash, blockNumber, blockHash } = event;
  const place = { transactionHash, blockNumber, blockHash };
  switch (event.eventName) {
    case "Committed": {
      const { commitment, seedPoint, auditDeadline, revealDeadline } = event.args;
      view.committed = { ...place, commitment, seedPoint, revealDeadline };
      view.auditDeadline = auditDeadline;
      break;
    }
    case "SeedCaptured":
      view.seed = event.args.seed;
      break;
    case "Attested":
      view.attested.push(event.args.auditor);
      break;
    case "Redrawn":
      view.redrawn = true;
      view.auditDeadline = event.args.auditDeadline;
      break;
    case "Revealed": {
      const { drawn, attestations, digest, claimDeadline } = event.args;
      view.revealed = { ...place, drawn, attestations, digest, claimDeadline };
      break;
    }
    case "SampleRevealed":
      view.sampledRoots = event.args.roots;
      break;
    case "AttestationOpened":
      view.opened.push({ auditor: event.args.auditor, differences: event.args.differences });
      break;
    case "AttestationForfeited":
      view.forfeited.push(event.args.auditor);
      break;
    case "AuditClosed": {
      const { auditor, bond, pay, reward } = event.args;
      view.closed.push({ auditor, bond, pay, reward });
      break;
    }
    case "RewardPaid":
      view.rewarded = { to: event.args.to, amount: event.args.amount };
      break;
    case "PotReturned":
      view.potReturned = event.args.amount;
      break;
    default:
      break;
  }
}
