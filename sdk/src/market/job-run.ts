import type { ContractCall } from "../chain/contract-call.ts";
import type { JobView } from "../chain/job-from-events.ts";
import type { MarketClient } from "../chain/market-client.ts";
import type { SendOptions } from "../chain/send-call.ts";
import type { JobSpec } from "../chain/types.ts";
import type { BlockPeer } from "../storage/fetch-content.ts";
import type { ContentStore } from "../storage/content-store.ts";
import type { RandomAccess } from "../tensors/index.ts";
import type { CommittedModel } from "./committed-model.ts";
import type { JobCost } from "./job-cost.ts";
import type { JobRecord, JobStore, JobTransaction } from "./job-record.ts";
import type { FundingOptions } from "./plan-funding.ts";
import type { ProgressEvent } from "./progress.ts";
import type { Offer, Refusal } from "./request-quotes.ts";

/** What a buyer's client is made of. */
export interface ClientParts {
  readonly client: MarketClient;
  /** Holds models, inputs and downloaded outputs. */
  readonly content: ContentStore;
  readonly jobs: JobStore;
  /** Allows endpoints on this machine and in its networks; for development chains only. */
  readonly allowPrivate?: boolean;
  /** Guards every request to strangers, e.g. by checking resolved addresses. */
  readonly fetch?: typeof fetch;
  /** For sources that are multiaddrs. */
  readonly peer?: BlockPeer;
  /** Milliseconds between looks at chain and provider; 1,000 by default. */
  readonly interval?: number;
}

/** What the buyer may watch and decide while a job goes on. */
export interface FollowOptions extends FundingOptions {
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Chooses among the usable offers; by default the cheapest, then the fastest, and the next one where hiring it fails. */
  readonly choose?: (offers: readonly Offer[], refusals: readonly Refusal[]) => Offer | Promise<Offer>;
  /** Sees the total cost, gas included, before anything is signed for the hire; throw a GliaError to stop. */
  readonly confirm?: (facts: { spec: JobSpec; offer: Offer; cost: JobCost }) => void | Promise<void>;
  /**
   * Looks at a delivered result whose hashes were checked, before it is accepted: run a sample of it again, for example. Throw a GliaError to
   * leave it unpaid; a later `resume` asks again.
   */
  readonly inspect?: (view: JobView, delivered: { readonly outputs: RandomAccess; readonly model: CommittedModel }) => void | Promise<void>; // prettier-ignore
  /** Milliseconds to wait for quotes; 5,000 by default. */
  readonly quoteTimeout?: number;
  /** Milliseconds for which a result that cannot be fetched is asked for again; 60,000 by default. */
  readonly downloadPatience?: number;
  readonly signal?: AbortSignal;
}

/** One job on its way: the parts, the options, and the record, which is saved before every transaction. */
export interface JobRun extends ClientParts {
  readonly options: FollowOptions;
  record: JobRecord;
}

/** An event without the job id, which is the same for the whole run; distributes over the steps. */
type WithoutId<event> = event extends unknown ? Omit<event, "jobId"> : never;

/** Reports one event of this job. */
export function report(run: JobRun, event: WithoutId<ProgressEvent>): void {
  run.options.onProgress?.({ ...event, jobId: run.record.jobId });
}

/** Changes the record and makes it durable. */
export async function remember(run: JobRun, change: Partial<JobRecord>): Promise<void> {
  run.record = { ...run.record, ...change };
  await run.jobs.save(run.record);
}

/** What every request to a provider is made with. */
export function requestOptions({ fetch, allowPrivate, options: { signal } }: JobRun): {
  readonly fetch?: typeof fetch;
  readonly allowPrivate: boolean;
  readonly signal?: AbortSignal;
} {
  return {
    allowPrivate: allowPrivate ?? false,
    ...(fetch === undefined ? {} : { fetch }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Records a transaction before it is signed, when it is out, and what it cost. */
export function recording(run: JobRun): (call: Pick<ContractCall, "what">) => SendOptions {
  return ({ what }) => {
    const { signal } = run.options;
    const update = (change: Partial<JobTransaction>): Promise<void> => {
      const earlier = run.record.transactions.slice(0, -1);
      const last = run.record.transactions.at(-1);
      return last === undefined
        ? Promise.resolve()
        : remember(run, { transactions: [...earlier, { ...last, ...change }] });
    };
    return {
      onPrepared: async ({ nonce, cost }) => {
        report(run, { step: "transaction", what, cost });
        await remember(run, { transactions: [...run.record.transactions, { what, nonce }] });
      },
      onSent: async (hash) => {
        report(run, { step: "transaction", what, hash });
        await update({ hash });
      },
      onMined: ({ gasUsed, effectiveGasPrice }) => update({ gasUsed, fee: gasUsed * effectiveGasPrice }),
      ...(signal === undefined ? {} : { signal }),
    };
  };
}
