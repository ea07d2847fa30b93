import type { Hex, LocalAccount, TypedDataDefinition, WalletClient } from "viem";
import { GliaError } from "../errors.ts";
import { explainRevert } from "./errors/explain-revert.ts";
import {
  AUDIT_REQUEST_TYPES,
  marketDomain,
  QUOTE_REQUEST_TYPES,
  QUOTE_TYPES,
  RESULT_STATEMENT_TYPES,
  SPONSORSHIP_TYPES,
} from "./typed-data.ts";
import type { AuditRequest, MarketDomain, Quote, QuoteRequest, ResultStatement, Sponsorship } from "./types.ts";

/** Who signs: a local key, or a wallet client that holds an account (a browser wallet, a remote signer). */
export type TypedSigner = LocalAccount | WalletClient;

/** A provider's operator signs an offer. */
export async function signQuote(signer: TypedSigner, message: Quote, domain: MarketDomain): Promise<Hex> {
  return signTyped(signer, {
    domain: marketDomain(domain),
    types: QUOTE_TYPES,
    primaryType: "Quote",
    message: { ...message },
  });
}

/** A sponsor signs to pay for a buyer's jobs up to a cap. */
export async function signSponsorship(signer: TypedSigner, message: Sponsorship, domain: MarketDomain): Promise<Hex> {
  return signTyped(signer, {
    domain: marketDomain(domain),
    types: SPONSORSHIP_TYPES,
    primaryType: "Sponsorship",
    message: { ...message },
  });
}

/** A buyer signs a request for a quote to one provider. */
export async function signQuoteRequest(signer: TypedSigner, message: QuoteRequest, domain: MarketDomain): Promise<Hex> {
  return signTyped(signer, {
    domain: marketDomain(domain),
    types: QUOTE_REQUEST_TYPES,
    primaryType: "QuoteRequest",
    message: { ...message },
  });
}

/** An auditor's operator signs a request for a job's model and inputs. */
export async function signAuditRequest(signer: TypedSigner, message: AuditRequest, domain: MarketDomain): Promise<Hex> {
  return signTyped(signer, {
    domain: marketDomain(domain),
    types: AUDIT_REQUEST_TYPES,
    primaryType: "AuditRequest",
    message: { ...message },
  });
}

/** An operator signs what it revealed and on which runtime, for the buyer's receipt. */
export async function signResultStatement(
  signer: TypedSigner,
  message: ResultStatement,
  domain: MarketDomain,
): Promise<Hex> {
  return signTyped(signer, {
    domain: marketDomain(domain),
    types: RESULT_STATEMENT_TYPES,
    primaryType: "ResultStatement",
    message: { ...message },
  });
}

/** Signs any EIP-712 message; a wallet's refusal becomes a {@link GliaError}. */
export async function signTyped(signer: TypedSigner, definition: TypedDataDefinition): Promise<Hex> {
  try {
    if ("request" in signer) {
      if (signer.account === undefined) {
        throw new GliaError("NO_ACCOUNT", "The wallet has no account to sign with.", {
          kind: "usage",
          hint: "Connect the wallet, or create the wallet client with an account.",
        });
      }
      return await signer.signTypedData({ ...definition, account: signer.account });
    }
    return await signer.signTypedData(definition);
  } catch (error) {
    throw explainRevert(error);
  }
}
