export {
  auditRequestSchema,
  contentResponseSchema,
  errorResponseSchema,
  errorSchema,
  infoSchema,
  jobProgressSchema,
  jobSpecSchema,
  PROVIDER_JOB_STATES,
  quoteRequestSchema,
  quoteResponseSchema,
  quoteSchema,
  resultStatementSchema,
} from "./api.ts";
export type {
  AuditRequestBody,
  JobProgress,
  ProviderInfo,
  ProviderJobState,
  ProviderPrice,
  QuoteRequestBody,
  QuoteResponse,
  SignedResult,
} from "./api.ts";
export { post } from "./auction.ts";
export { buildSpec, readSpecRules } from "./build-spec.ts";
export type { JobContent, JobTerms, SpecRules } from "./build-spec.ts";
export { challengeJob } from "./challenge-job.ts";
export type { ChallengeOptions } from "./challenge-job.ts";
export { commitToModel, openModel } from "./committed-model.ts";
export type { CommittedModel, ExactReader, FoundExact, Side } from "./committed-model.ts";
export { checkQuote } from "./check-quote.ts";
export { checkAuction, checkSpec } from "./check-spec.ts";
export { chooseOffer, rankOffers } from "./choose-offer.ts";
export { requiredCollateral } from "./deterrence.ts";
export type { DeterrenceFactors } from "./deterrence.ts";
export { downloadResult } from "./download-result.ts";
export type { DownloadOptions } from "./download-result.ts";
export { parseEndpoint } from "./endpoint.ts";
export type { EndpointPolicy } from "./endpoint.ts";
export { GliaClient } from "./glia-client.ts";
export type { JobOutcome, RunOptions } from "./glia-client.ts";
export { hire } from "./hire.ts";
export type { HireOptions } from "./hire.ts";
export { httpStatus } from "./http-status.ts";
export { decodeOutputs } from "./exact-batch.ts";
export { estimateJobCost } from "./job-cost.ts";
export type { JobCost } from "./job-cost.ts";
export { decodeJobRecord, encodeJobRecord, memoryJobStore } from "./job-record.ts";
export type { JobRecord, JobStore, JobTransaction } from "./job-record.ts";
export type { ClientParts, FollowOptions } from "./job-run.ts";
export { accept, cancel, defaultJob, expire, settle } from "./job-steps.ts";
export { parseWith, toJson } from "./json-types.ts";
export { listProviders, readProvider } from "./list-providers.ts";
export type { ListedProvider } from "./list-providers.ts";
export { outputBound } from "./output-bound.ts";
export { readAssuranceMenu } from "./read-menu.ts";
export { planFunding } from "./plan-funding.ts";
export type { FundingOptions, FundingPlan } from "./plan-funding.ts";
export { contentSizes, prepareContent } from "./prepare-content.ts";
export type { Bytes, ContentFiles } from "./prepare-content.ts";
export type { ProgressEvent, ProgressOf } from "./progress.ts";
export { askProvider } from "./provider-http.ts";
export type { ProviderRequest } from "./provider-http.ts";
export { createReceipt, decodeReceipt, encodeReceipt, isPaid, RECEIPT_SCHEMA } from "./receipt.ts";
export type { PaidReceipt, Receipt } from "./receipt.ts";
export { requestQuotes } from "./request-quotes.ts";
export type { ContentSizes, Offer, QuoteOptions, Refusal } from "./request-quotes.ts";
export { uploadContent } from "./upload-content.ts";
export type { UploadOptions } from "./upload-content.ts";
export { batchFacts, contentDigest, verifyBatch, verifyModel } from "./verify-content.ts";
export type { BatchFacts, CommittedBatch } from "./verify-content.ts";
export { MAX_REQUEST_AGE } from "./require-fresh.ts";
export { verifyQuoteRequest } from "./verify-quote-request.ts";
export { verifyAuditRequest } from "./verify-audit-request.ts";
export { verifyJob } from "./verify-job.ts";
export type { RerunOptions, VerifiedJob, VerifyOptions } from "./verify-job.ts";
export { verifyReceipt } from "./verify-receipt.ts";
export type { ReceiptCheck, ReceiptEvidence, ReceiptReport } from "./verify-receipt.ts";
export { verifyResult } from "./verify-result.ts";
export type { JobFiles, Verification } from "./verify-result.ts";
export { watchResult } from "./watch-result.ts";
export type { WatchedResult, WatchResultOptions } from "./watch-result.ts";
export { readProgress, watchJob } from "./watch-job.ts";
export type { JobUpdate, WatchOptions } from "./watch-job.ts";
