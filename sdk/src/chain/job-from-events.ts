import type { Address, Hash, Hex } from "viem";
import { GliaError } from "../errors.ts";
import { jobMarketAbi } from "./abis.ts";
import type { MarketEvent } from "./decode-market-log.ts";
import { hashJob } from "./hash-job.ts";
import { jobAfter } from "./job-after.ts";
import { isFinal } from "./job-status.ts";
import type { MarketClient } from "./market-client.ts";
import { readEvents } from "./read-events.ts";
import type { Job, JobSpec, JobStatus } from "./types.ts";

/** Where in the chain something happened. */
export interface EventPlace {
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
  readonly blockHash: Hash;
}

/** Everything that the chain's log says about one job. */
export interface JobView {
  readonly jobId: Hex;
  readonly status: JobStatus;
  readonly openChallenges: number;
  readonly spec: JobSpec;
  /** The latest struct; what every call of a live job wants back. */
  readonly job: Job;
  /** Where an auctioned job's bytes are. */
  readonly sources: readonly string[];
  /** From the reveal on: digest of the output batch file. */
  readonly outputDigest?: Hex;
  readonly rejectReason?: Hex;
  /** Who was hired or took the job, also after the end; undefined for a job that nobody took. */
  readonly provider?: Address;
  readonly assigned?: EventPlace;
  /** Of a job at level audited: when its provider was bound to a result. */
  readonly committed?: EventPlace;
  readonly revealed?: EventPlace;
  /** Token units, once settled. */
  readonly settlement?: EventPlace & { readonly paid: bigint; readonly fee: bigint };
  /** Once its result was refuted, GLIA units: what the provider lost and what of it was kept for whoever proved it. */
  readonly refuted?: EventPlace & { readonly burned: bigint; readonly reward: bigint };
}

type Facts = Partial<{ -readonly [key in keyof JobView]: JobView[key] }>;

/**
 * Rebuilds a job from the market's events and checks it against the hash on chain.
 * @throws GliaError `JOB_UNKNOWN`, or `JOB_HASH_MISMATCH` where the RPC's log and state differ (a lagging or lying endpoint).
 */
export async function jobFromEvents(
  client: MarketClient,
  jobId: Hex,
  { fromBlock, signal }: { readonly fromBlock?: bigint; readonly signal?: AbortSignal } = {},
): Promise<JobView> {
  const { publicClient, deployment } = client;
  const toBlock = await publicClient.getBlockNumber({ cacheTime: 0 });
  const facts: Facts = { sources: [] };
  for await (const event of readEvents({
    publicClient,
    address: deployment.market,
    abi: jobMarketAbi,
    topics: [null, jobId],
    fromBlock: fromBlock ?? deployment.fromBlock,
    toBlock,
    ...(signal === undefined ? {} : { signal }),
  })) {
    applyEvent(facts, event);
  }
  const { status, openChallenges, jobHash } = await client.statusOf(jobId, toBlock);
  const { spec, job, sources = [] } = facts;
  if (spec === undefined || job === undefined) {
    throw new GliaError("JOB_UNKNOWN", `The market ${deployment.market} has no job ${jobId}.`, {
      kind: "input",
      hint: "Check the job id, the network and the block from which events are read.",
      details: { jobId, market: deployment.market },
    });
  }
  if (!isFinal(status) && hashJob(job) !== jobHash) {
    throw new GliaError("JOB_HASH_MISMATCH", `The events of job ${jobId} do not add up to the hash on chain.`, {
      kind: "network",
      retryable: true,
      hint: "The RPC endpoint lags or is wrong; try again or use another one.",
    });
  }
  return { ...facts, jobId, status, openChallenges, spec, job, sources };
}

/** Folds one event of the job into what is known. */
function applyEvent(facts: Facts, event: MarketEvent): void {
  const place = {
    transactionHash: event.transactionHash,
    blockNumber: event.blockNumber,
    blockHash: event.blockHash,
  };
  const job = jobAfter(facts.job, event);
  if (job !== undefined) facts.job = job;
  switch (event.eventName) {
    case "JobPosted":
      facts.spec = event.args.spec;
      facts.sources = event.args.sources.split(",").filter((source) => source !== "");
      break;
    case "JobAssigned":
      facts.spec = event.args.spec;
      facts.provider = event.args.provider;
      facts.assigned = place;
      break;
    case "JobTaken":
      facts.provider = event.args.provider;
      facts.assigned = place;
      break;
    case "JobCommitted":
      facts.committed = place;
      break;
    case "JobRevealed":
      facts.outputDigest = event.args.outputDigest;
      facts.revealed = place;
      break;
    case "JobRejected":
      facts.rejectReason = event.args.reason;
      break;
    case "JobSettled":
      facts.settlement = { ...place, paid: event.args.paid, fee: event.args.fee };
      break;
    case "JobRefuted":
      facts.refuted = { ...place, burned: event.args.burned, reward: event.args.reward };
      break;
    default:
      break;
  }
}
