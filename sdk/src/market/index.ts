export {
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
  JobProgress,
  ProviderInfo,
  ProviderJobState,
  ProviderPrice,
  QuoteRequestBody,
  QuoteResponse,
  SignedResult,
} from "./api.ts";
export { httpStatus } from "./http-status.ts";
export { parseWith, toJson } from "./json-types.ts";
export { MAX_REQUEST_AGE, verifyQuoteRequest } from "./verify-quote-request.ts";
