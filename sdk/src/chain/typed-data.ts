import type { TypedDataDomain } from "viem";
import type { MarketDomain } from "./types.ts";

/** EIP-712 types of everything that is signed or hashed in a market's domain. */
export const JOB_SPEC_TYPES = {
  JobSpec: [
    { name: "buyer", type: "address" },
    { name: "payer", type: "address" },
    { name: "modelId", type: "bytes32" },
    { name: "modelDigest", type: "bytes32" },
    { name: "batchRoot", type: "bytes32" },
    { name: "inputDigest", type: "bytes32" },
    { name: "items", type: "uint32" },
    { name: "maxItemOutputBytes", type: "uint32" },
    { name: "token", type: "address" },
    { name: "startPrice", type: "uint128" },
    { name: "maxPrice", type: "uint128" },
    { name: "auctionStart", type: "uint64" },
    { name: "auctionEnd", type: "uint64" },
    { name: "rejectWindow", type: "uint32" },
    { name: "executionWindow", type: "uint32" },
    { name: "challengeWindow", type: "uint32" },
    { name: "level", type: "uint8" },
    { name: "checkBps", type: "uint16" },
    { name: "sampleSize", type: "uint8" },
    { name: "auditPot", type: "uint128" },
    { name: "declaredGain", type: "uint128" },
    { name: "minStake", type: "uint96" },
    { name: "capabilities", type: "uint64" },
    { name: "determinism", type: "uint8" },
    { name: "allowedProviders", type: "bytes32" },
    { name: "salt", type: "bytes32" },
  ],
} as const;

export const QUOTE_TYPES = {
  Quote: [
    { name: "provider", type: "address" },
    { name: "jobId", type: "bytes32" },
    { name: "price", type: "uint128" },
    { name: "collateral", type: "uint96" },
    { name: "expiry", type: "uint64" },
    { name: "nonce", type: "uint32" },
  ],
} as const;

export const SPONSORSHIP_TYPES = {
  Sponsorship: [
    { name: "payer", type: "address" },
    { name: "buyer", type: "address" },
    { name: "token", type: "address" },
    { name: "cap", type: "uint128" },
    { name: "expiry", type: "uint64" },
    { name: "salt", type: "bytes32" },
  ],
} as const;

export const QUOTE_REQUEST_TYPES = {
  QuoteRequest: [
    { name: "jobId", type: "bytes32" },
    { name: "provider", type: "address" },
    { name: "deadline", type: "uint64" },
  ],
} as const;

export const AUDIT_REQUEST_TYPES = {
  AuditRequest: [
    { name: "jobId", type: "bytes32" },
    { name: "auditor", type: "address" },
    { name: "deadline", type: "uint64" },
  ],
} as const;

export const RESULT_STATEMENT_TYPES = {
  ResultStatement: [
    { name: "jobId", type: "bytes32" },
    { name: "resultRoot", type: "bytes32" },
    { name: "outputDigest", type: "bytes32" },
    { name: "runtime", type: "string" },
  ],
} as const;

/** Name and version of the market's EIP-712 domain; the contract's constructor says the same. */
export const DOMAIN_NAME = "Glia JobMarket";
export const DOMAIN_VERSION = "1";

/** The EIP-712 domain of one market on one chain. */
export function marketDomain({ chainId, market }: MarketDomain): TypedDataDomain {
  return { name: DOMAIN_NAME, version: DOMAIN_VERSION, chainId, verifyingContract: market };
}
