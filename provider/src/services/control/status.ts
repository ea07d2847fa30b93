import type { Address, Hex } from "viem";

import type { EndpointHealth } from "../../adapters/chain/failover.ts";
import type { JobRecord } from "../../adapters/store/jobs.ts";
import type { JobState } from "../../domain/job-state.ts";

/** Everything that `glia-node status` shows. Amounts in the tokens' smallest units, times in Unix seconds. */
export interface NodeStatus {
  /** Whether the node can take and finish jobs now. */
  readonly ready: boolean;
  /** Why not, as sentences. */
  readonly problems: readonly string[];
  readonly version: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly provider: Address;
  readonly operator: Address;
  readonly endpoint: string;
  readonly draining: boolean;
  readonly chain: {
    readonly chainId: number;
    readonly readBlock: bigint | undefined;
    readonly headTime: bigint | undefined;
    readonly endpoints: readonly EndpointHealth[];
  };
  readonly stake: { readonly registered: boolean; readonly free: bigint; readonly locked: bigint };
  /** Wei of the native coin that the operator can pay gas with. */
  readonly gasMoney: bigint;
  readonly runtime: string;
  readonly isolated: boolean;
  readonly jobs: Partial<Record<JobState, number>>;
}

/** One line of `glia-node jobs`. */
export interface JobSummary {
  readonly jobId: Hex;
  readonly state: JobState;
  readonly items: number;
  readonly itemsDone: number;
  readonly buyer: Address;
  readonly token: Address;
  /** Token units. */
  readonly price: bigint;
  readonly paid: bigint | undefined;
  readonly block: bigint;
  readonly error: string | undefined;
}

/** A journal's job as the operator sees it. `price` in token units. */
export function summarize(job: JobRecord, itemsDone: number, price: bigint): JobSummary {
  const { jobId, state, spec, paid, block, error } = job;
  return {
    jobId,
    state,
    items: spec.items,
    itemsDone,
    buyer: spec.buyer,
    token: spec.token,
    price,
    paid,
    block,
    error,
  };
}
