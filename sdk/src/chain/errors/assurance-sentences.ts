import type { SentenceTable } from "./sentence.ts";

/** Refusals of the assurance module and its beacon. */
export const ASSURANCE_SENTENCES: SentenceTable = {
  WrongJobSpec: {
    kind: "input",
    says: "The spec given for job {id} is another job's.",
    next: "Give the spec that hashes to this job id on this market.",
  },
  WrongLevel: {
    kind: "refused",
    says: "Job {id} has another assurance level; this is a step of audited jobs.",
    next: "Look at the job's level: optimistic jobs are revealed without a commitment.",
  },
  NotAuditor: {
    kind: "refused",
    says: "The caller {caller} is neither the auditor {auditor} nor its operator.",
    next: "Sign with the auditor's or its operator's key.",
  },
  NotDisputes: {
    kind: "refused",
    says: "Only the disputes contract may call this, not {caller}.",
    next: "Challenge through the disputes contract.",
  },
  NotCommitted: {
    kind: "refused",
    says: "Job {id} is not committed.",
    next: "Wait until its provider commits to a result.",
    retryable: true,
  },
  ZeroCommitment: {
    kind: "input",
    says: "A commitment of zero cannot be kept.",
    next: "Commit with resultCommitment, or attest with attestationCommitment.",
  },
  WrongOpening: {
    kind: "verification",
    says: "What was given does not open the commitment.",
    next: "Give the very roots, digest and salt that were committed to.",
  },
  NotChecked: {
    kind: "refused",
    says: "The lot did not choose job {id} for a check.",
    next: "Nothing needs to be audited.",
  },
  NotDrawn: {
    kind: "refused",
    says: "The auditor {auditor} was not drawn for job {id}.",
    next: "Wait for another job; isDrawn tells beforehand.",
  },
  OwnJob: {
    kind: "refused",
    says: "{auditor} is the job's own provider and cannot audit it.",
    next: "Leave this job to others.",
  },
  AttestedAlready: {
    kind: "refused",
    says: "The auditor {auditor} has attested job {id} already.",
    next: "Nothing remains to be done before the reveal.",
  },
  NoAttestation: {
    kind: "refused",
    says: "There is no attestation of {auditor} for job {id}, or it is done with.",
    next: "Check the auditor and the job.",
  },
  AuditsOpen: {
    kind: "refused",
    says: "Auditors may attest until Unix time {deadline}.",
    next: "Wait until then.",
    retryable: true,
  },
  AuditsClosed: {
    kind: "timeout",
    says: "Auditors could attest until Unix time {deadline}.",
    next: "It is too late for this job.",
  },
  NotAttested: {
    kind: "refused",
    says: "Nobody attested job {id}.",
    next: "It ends like any other job that was not revealed in time.",
  },
  RevealNotPassed: {
    kind: "refused",
    says: "The provider may reveal until Unix time {deadline}.",
    next: "Wait until then.",
    retryable: true,
  },
  NoPot: {
    kind: "refused",
    says: "There is no audit pot of job {id} to be given back.",
    next: "It went back already, or auditors have it.",
  },
  NotRedrawn: {
    kind: "refused",
    says: "Nobody attested job {id}, and auditors were not drawn again yet.",
    next: "Draw them again first, or wait until the second audit window is over.",
    retryable: true,
  },
  CannotRedraw: {
    kind: "refused",
    says: "Auditors of job {id} cannot be drawn again: somebody attested, it was done before, or it is too late.",
    next: "Go on with the reveal.",
  },
  WrongSampleCount: {
    kind: "input",
    says: "{given} sampled items were opened; there are {wanted}.",
    next: "Open each sampled item once, in the order of the sample, or none where nobody attested.",
  },
  ClaimsOpen: {
    kind: "refused",
    says: "Attestations may be opened until Unix time {deadline}.",
    next: "Wait until then.",
    retryable: true,
  },
  ClaimsClosed: {
    kind: "timeout",
    says: "Attestations could be opened until Unix time {deadline}.",
    next: "It is too late: the bond is the provider's.",
  },
  JobNotFinal: {
    kind: "refused",
    says: "Job {id} has not ended yet.",
    next: "Wait until it is settled, refuted or defaulted.",
    retryable: true,
  },
  OpenedAlready: {
    kind: "refused",
    says: "The attestation of {auditor} for job {id} is open already.",
    next: "Close the audit once the job has ended.",
  },
  NotOpened: {
    kind: "refused",
    says: "The attestation of {auditor} for job {id} was not opened.",
    next: "Open it before the claim deadline.",
  },
  InsufficientAuditingStake: {
    kind: "funds",
    says: "{auditor} has {free} GLIA units of auditing stake that no attestation binds; {needed} are needed.",
    next: "Stake and enrol more, or wait until running audits are closed.",
    retryable: true,
  },
  NothingToLeave: {
    kind: "refused",
    says: "{auditor} has no auditing stake that is leaving.",
    next: "Start leaving first.",
  },
  LeaveNotPassed: {
    kind: "refused",
    says: "Auditing stake that leaves is free at Unix time {freeAt}.",
    next: "Wait until then.",
    retryable: true,
  },
  NoReward: {
    kind: "refused",
    says: "There is no reward of job {id} to be paid to a challenger.",
    next: "It was paid, auditors share it, or the job fell without a challenge.",
  },
  ParameterOutOfBounds: {
    kind: "input",
    says: "A parameter of the module is out of bounds: {value}; it must be between {min} and {max}.",
    next: "Deploy with a value between {min} and {max}.",
  },
  SeedNotReady: {
    kind: "refused",
    says: "The seed of point {point} has not come yet.",
    next: "Wait some blocks.",
    retryable: true,
  },
  InvalidSeedProof: {
    kind: "input",
    says: "That is no proof of the seed of point {point}.",
    next: "Give the proof that seedOf finds: of an L1 beacon, the block's header.",
  },
  FieldNotPresentInBlockHeader: {
    kind: "input",
    says: "The block header that came as seed proof lacks a member that a seed needs.",
    next: "Give the whole header of the block, as seedOf finds it.",
  },
  RLPInvalidEncoding: {
    kind: "input",
    says: "What came as seed proof is no block header in RLP.",
    next: "Give the whole header of the block, as seedOf finds it.",
  },
};
