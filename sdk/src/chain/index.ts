export { answerMaxCall, postDataCall, postSumsCall, respondCall, setDelegateCall, showCall } from "./answer-calls.ts";
export { assertChain } from "./assert-chain.ts";
export {
  attestCall,
  auditCall,
  claimAuditCall,
  claimRewardCall,
  commitCall,
  defaultAuditedCall,
  enrolCall,
  finishLeavingCall,
  moduleRevealCall,
  redrawCall,
  returnPotCall,
  startLeavingCall,
} from "./assurance-calls.ts";
export { assuranceOf } from "./assurance-client.ts";
export type { AssuranceClient } from "./assurance-client.ts";
export { auditFromEvents } from "./audit-from-events.ts";
export type { AuditView } from "./audit-from-events.ts";
export type { AssuranceParameters, AttestationState, Audit, Reveal } from "./audit-types.ts";
export { encodeHeader } from "./block-header.ts";
export type { RpcHeader } from "./block-header.ts";
export { chainTime } from "./chain-time.ts";
export type { ContractCall } from "./contract-call.ts";
export { estimateCall } from "./cost.ts";
export type { CallCost } from "./cost.ts";
export { deadlinesOf } from "./deadlines.ts";
export type { Deadline } from "./deadlines.ts";
export { decodeAssuranceLog, decodeDisputesLog } from "./decode-assurance-log.ts";
export type { AssuranceEvent, DisputesEvent } from "./decode-assurance-log.ts";
export { decodeMarketLog } from "./decode-market-log.ts";
export type { MarketEvent } from "./decode-market-log.ts";
export { addressesOf, resolveDeployment } from "./deployment.ts";
export type { Deployment } from "./deployment.ts";
export {
  challengeCall,
  challengeStepCall,
  chooseItemCall,
  claimDataDefaultCall,
  demandResultCall,
  dismissCall,
  proofCall,
  proveStepCall,
  refuteCall,
  releaseDataCall,
  requestDataCall,
  withdrawBondsCall,
} from "./dispute-calls.ts";
export type { ClaimProof, ResultHash } from "./dispute-calls.ts";
export { NO_ITEM, Turn } from "./dispute-types.ts";
export type { Challenge, ItemData, Verdict } from "./dispute-types.ts";
export { disputesFromEvents } from "./disputes-from-events.ts";
export type { ChallengeView, DataRequest, DisputesView, ItemResponse } from "./disputes-from-events.ts";
export { codeOf, explainRevert, explainRevertData } from "./errors/explain-revert.ts";
export { tame } from "./errors/fill.ts";
export { SENTENCES } from "./errors/sentences.ts";
export type { Sentence, SentenceTable } from "./errors/sentence.ts";
export { hashJob } from "./hash-job.ts";
export { hashJobSpec } from "./hash-job-spec.ts";
export { hashAuditRequest, hashQuote, hashQuoteRequest, hashResultStatement, hashSponsorship } from "./hash-signed.ts";
export { encodeHireData } from "./hire-data.ts";
export { jobAfter } from "./job-after.ts";
export { jobFromEvents } from "./job-from-events.ts";
export type { EventPlace, JobView } from "./job-from-events.ts";
export { isFinal, jobStatusName, statusNames } from "./job-status.ts";
export { hireCall, jobCall, postCall, rejectCall, revealCall, settleManyCall, takeCall } from "./market-calls.ts";
export type { JobRef, SignedSponsorship, SimpleJobCall } from "./market-calls.ts";
export { createMarketClient } from "./market-client.ts";
export type { MarketClient, MarketClientOptions, Wallet } from "./market-client.ts";
export { packMoney, unpackMoney } from "./money.ts";
export type { Money } from "./money.ts";
export { openJob } from "./open-job.ts";
export { readEvents, readEventWindows } from "./read-events.ts";
export type { ChainEvent, EventQuery, EventWindow } from "./read-events.ts";
export {
  bumpQuoteNonceCall,
  deregisterCall,
  moveStakeCall,
  profileCall,
  stakeCall,
  unstakeCall,
} from "./registry-calls.ts";
export type { ProviderProfile } from "./registry-calls.ts";
export { seedOf } from "./seed.ts";
export type { SeedState } from "./seed.ts";
export { sendCall } from "./send-call.ts";
export type { SendOptions } from "./send-call.ts";
export { sleep } from "./sleep.ts";
export { EMPTY_PERMIT, signPermit } from "./sign-permit.ts";
export type { Permit } from "./sign-permit.ts";
export {
  signAuditRequest,
  signQuote,
  signQuoteRequest,
  signResultStatement,
  signSponsorship,
  signTyped,
} from "./sign-typed.ts";
export type { TypedSigner } from "./sign-typed.ts";
export { packTerms, unpackTerms } from "./terms.ts";
export type { Terms } from "./terms.ts";
export {
  AUDIT_REQUEST_TYPES,
  DOMAIN_NAME,
  DOMAIN_VERSION,
  JOB_SPEC_TYPES,
  marketDomain,
  QUOTE_REQUEST_TYPES,
  QUOTE_TYPES,
  RESULT_STATEMENT_TYPES,
  SPONSORSHIP_TYPES,
} from "./typed-data.ts";
export { AssuranceLevel, JobStatus } from "./types.ts";
export type {
  AuditRequest,
  Job,
  JobSpec,
  JobStatusName,
  MarketDomain,
  Quote,
  QuoteRequest,
  ResultStatement,
  Sponsorship,
} from "./types.ts";
export { allowCall, approveCall, depositAndCallCall, depositCall, withdrawCall } from "./vault-calls.ts";
export { verifySignature } from "./verify-signature.ts";
export { waitForReceipt } from "./wait-for-receipt.ts";
