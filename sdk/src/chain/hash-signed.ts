import { hashTypedData } from "viem";
import type { Hex } from "viem";
import {
  AUDIT_REQUEST_TYPES,
  marketDomain,
  QUOTE_REQUEST_TYPES,
  QUOTE_TYPES,
  RESULT_STATEMENT_TYPES,
  SPONSORSHIP_TYPES,
} from "./typed-data.ts";
import type { AuditRequest, MarketDomain, Quote, QuoteRequest, ResultStatement, Sponsorship } from "./types.ts";

/** The digest that a provider's operator signs to offer a price. */
export function hashQuote(message: Quote, domain: MarketDomain): Hex {
  return hashTypedData({ domain: marketDomain(domain), types: QUOTE_TYPES, primaryType: "Quote", message });
}

/** The digest that a sponsor signs. */
export function hashSponsorship(message: Sponsorship, domain: MarketDomain): Hex {
  return hashTypedData({ domain: marketDomain(domain), types: SPONSORSHIP_TYPES, primaryType: "Sponsorship", message });
}

/** The digest that a buyer signs to ask for a quote. */
export function hashQuoteRequest(message: QuoteRequest, domain: MarketDomain): Hex {
  return hashTypedData({
    domain: marketDomain(domain),
    types: QUOTE_REQUEST_TYPES,
    primaryType: "QuoteRequest",
    message,
  });
}

/** The digest that an auditor's operator signs to be given a job's model and inputs. */
export function hashAuditRequest(message: AuditRequest, domain: MarketDomain): Hex {
  return hashTypedData({
    domain: marketDomain(domain),
    types: AUDIT_REQUEST_TYPES,
    primaryType: "AuditRequest",
    message,
  });
}

/** The digest that an operator signs about a revealed result. */
export function hashResultStatement(message: ResultStatement, domain: MarketDomain): Hex {
  return hashTypedData({
    domain: marketDomain(domain),
    types: RESULT_STATEMENT_TYPES,
    primaryType: "ResultStatement",
    message,
  });
}
