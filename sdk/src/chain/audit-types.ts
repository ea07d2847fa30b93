import type { Address, Hex } from "viem";

/** What the assurance module keeps of a job; member by member the contract's `Audit`. Times in Unix seconds. */
export interface Audit {
  /** A point in the beacon's own counting; zero before the commit. */
  readonly seedPoint: bigint;
  /** Auditing stakes count as of then; zero before the commit. */
  readonly assignedAt: number;
  /** Last moment of attesting. */
  readonly auditDeadline: number;
  readonly items: number;
  readonly checkBps: number;
  readonly sampleSize: number;
  readonly redrawn: boolean;
  readonly attestations: number;
  /** Attestations that are not done with: neither closed nor forfeited. */
  readonly waiting: number;
  /** Whether the pot of a job that was never committed went back. */
  readonly potReturned: boolean;
  /** Last moment of opening attestations; zero unless the job was revealed with attestations. */
  readonly claimDeadline: number;
  readonly provider: Address;
  /** What is left of it, in units of the job's token. */
  readonly pot: bigint;
  /** What is left of it, in GLIA units. */
  readonly reward: bigint;
  /** This and what follows is zero unless somebody attested. */
  readonly token: Address;
  readonly payer: Address;
  /** Zero until an auditor captured it. */
  readonly seed: Hex;
  /** `sampleDigest` of the revealed roots of the sampled items; zero before the reveal. */
  readonly digest: Hex;
}

/** One auditor's word on one job. */
export interface AttestationState {
  /** Zero if there is none, or it is done with. */
  readonly commitment: Hex;
  /** Bit j: the auditor's root of the j-th sampled item differs from the revealed one. */
  readonly differences: bigint;
  readonly opened: boolean;
  /** The job was settled before the difference was opened: nobody could dispute it any more. */
  readonly excused: boolean;
}

/** What a provider reveals through the module. */
export interface Reveal {
  readonly resultRoot: Hex;
  readonly outputDigest: Hex;
  /** Of the commitment; unused at level optimistic. */
  readonly salt: Hex;
  /** Item roots of the sampled outputs with their siblings under `resultRoot`; empty unless somebody attested. */
  readonly sampledRoots: readonly Hex[];
  readonly siblings: readonly (readonly Hex[])[];
  /** For the beacon, if nobody captured the seed yet. */
  readonly seedProof: Hex;
}

/** What one version of the assurance module was deployed with. Times in seconds. */
export interface AssuranceParameters {
  /** Added to the audit window for the seed to come. */
  readonly seedWait: number;
  /** From the seed to the last attestation; once more after a redraw. */
  readonly auditWindow: number;
  /** From the last attestation to the reveal. */
  readonly revealWindow: number;
  /** From the reveal to the last opened attestation. */
  readonly claimWindow: number;
  /** One move of a challenge. */
  readonly moveWindow: number;
  /** From leaving to the auditor's stake being free. */
  readonly leaveDelay: number;
  /** GLIA units locked by each attestation. */
  readonly auditBond: bigint;
  /** Wei per gas, at least, that bonds are computed with. */
  readonly feeFloor: bigint;
  /** Auditors drawn on average. */
  readonly expectedAuditors: number;
}
