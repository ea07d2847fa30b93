import type { Address, Hex } from "viem";

/** How a result is checked before it is paid (docs/PROTOCOL.md, section 1). */
export const AssuranceLevel = { Optimistic: 0, Audited: 1, Proved: 2 } as const;
export type AssuranceLevel = (typeof AssuranceLevel)[keyof typeof AssuranceLevel];

/** Where a job stands on chain (docs/PROTOCOL.md, section 4). */
export const JobStatus = {
  None: 0,
  Open: 1,
  Assigned: 2,
  Committed: 3,
  Revealed: 4,
  Settled: 5,
  Cancelled: 6,
  Rejected: 7,
  Expired: 8,
  Defaulted: 9,
  Refuted: 10,
} as const;
export type JobStatus = (typeof JobStatus)[keyof typeof JobStatus];
export type JobStatusName = keyof typeof JobStatus;

/** What a buyer wants computed and on which terms; member by member the contract's `JobSpec`. */
export interface JobSpec {
  readonly buyer: Address;
  /** Whose Vault balance pays and receives refunds. */
  readonly payer: Address;
  readonly modelId: Hex;
  readonly modelDigest: Hex;
  readonly batchRoot: Hex;
  readonly inputDigest: Hex;
  /** Number of inferences, at least 1. */
  readonly items: number;
  /** Upper bound of one item's output, in bytes. */
  readonly maxItemOutputBytes: number;
  readonly token: Address;
  /** Token units; used by auctions only. */
  readonly startPrice: bigint;
  /** Token units. */
  readonly maxPrice: bigint;
  /** Unix seconds; used by auctions only. */
  readonly auctionStart: bigint;
  /** Unix seconds; used by auctions only. */
  readonly auctionEnd: bigint;
  /** Seconds after assignment within which the provider may reject. */
  readonly rejectWindow: number;
  /** Seconds after assignment within which the provider must deliver. */
  readonly executionWindow: number;
  /** Seconds after the reveal before anyone may settle. */
  readonly challengeWindow: number;
  readonly level: number;
  /** Probability that the job is checked, in basis points. */
  readonly checkBps: number;
  readonly sampleSize: number;
  /** Token units. */
  readonly auditPot: bigint;
  /** Token units; at least the price. */
  readonly declaredGain: bigint;
  /** GLIA units. */
  readonly minStake: bigint;
  readonly capabilities: bigint;
  /** 0: any runtime; 1: the exact profile. */
  readonly determinism: number;
  /** Merkle root of admitted providers; zero admits all. */
  readonly allowedProviders: Hex;
  readonly salt: Hex;
}

/** A provider's signed offer for one job. */
export interface Quote {
  readonly provider: Address;
  readonly jobId: Hex;
  /** Token units. */
  readonly price: bigint;
  /** GLIA units. */
  readonly collateral: bigint;
  /** Unix seconds. */
  readonly expiry: bigint;
  readonly nonce: number;
}

/** A payer's signed promise to pay for a buyer's jobs up to a cap. */
export interface Sponsorship {
  readonly payer: Address;
  readonly buyer: Address;
  readonly token: Address;
  /** Token units, over all jobs of this sponsorship. */
  readonly cap: bigint;
  /** Unix seconds. */
  readonly expiry: bigint;
  readonly salt: Hex;
}

/** What a buyer signs to ask one provider for a quote; off chain only. */
export interface QuoteRequest {
  readonly jobId: Hex;
  readonly provider: Address;
  /** Unix seconds after which the provider ignores the request. */
  readonly deadline: bigint;
}

/** What a drawn auditor's operator signs to be given a job's model and inputs; off chain only. */
export interface AuditRequest {
  readonly jobId: Hex;
  /** The auditor's account: the provider that enrolled. */
  readonly auditor: Address;
  /** Unix seconds after which the provider ignores the request. */
  readonly deadline: bigint;
}

/** What an operator signs about a revealed result; off chain only, for receipts. */
export interface ResultStatement {
  readonly jobId: Hex;
  readonly resultRoot: Hex;
  readonly outputDigest: Hex;
  /** The runtime class, e.g. `onnxruntime/1.30.0/cpu`. */
  readonly runtime: string;
}

/** Everything about a live job that is not in its spec; the chain keeps only its hash. */
export interface Job {
  readonly buyer: Address;
  readonly payer: Address;
  /** Zero address while Open. */
  readonly provider: Address;
  readonly operator: Address;
  readonly token: Address;
  /** Packed; see `unpackMoney`. */
  readonly money: bigint;
  /** Packed; see `unpackTerms`. */
  readonly terms: bigint;
  readonly module: Address;
  readonly moduleData: Hex;
  readonly resultRoot: Hex;
}

/** The two facts that bind a signature to one market. */
export interface MarketDomain {
  readonly chainId: number;
  readonly market: Address;
}
