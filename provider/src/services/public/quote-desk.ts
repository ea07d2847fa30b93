import {
  chainTime,
  type ContentStore,
  digestToCid,
  GliaError,
  hashJobSpec,
  type MarketClient,
  type Quote,
  type QuoteRequestBody,
  type QuoteResponse,
  signQuote,
  verifyQuoteRequest,
} from "@glia/sdk";
import type { Address, LocalAccount } from "viem";

import type { Journal } from "../../adapters/store/journal.ts";
import type { PointObserver } from "../../domain/points.ts";
import type { Offerer } from "../offerer.ts";

/** Quotes that may be live for each job that the node may hold; quotes reserve nothing, so there may be more of them. */
const QUOTES_PER_SLOT = 8;

export interface QuoteDeskOptions {
  readonly client: MarketClient;
  readonly journal: Journal;
  readonly operator: LocalAccount;
  readonly provider: Address;
  readonly offerer: Offerer;
  readonly store: ContentStore;
  /** Seconds for which a quote is valid, at most 60. */
  readonly quoteSeconds: number;
  readonly maxQueue: number;
  readonly onPoint: PointObserver;
}

/** Answers requests for quotes: checks who asks, whether the job is wanted and whether it can be paid, then signs and records. */
export function createQuoteDesk(options: QuoteDeskOptions) {
  const { client, journal, operator, provider, offerer, store } = options;
  const { domain, publicClient } = client;

  async function assertFunds(payer: Address, token: Address, price: bigint): Promise<void> {
    const [deposited, inWallet] = await Promise.all([
      client.vaultBalance(payer, token),
      client.walletBalance(payer, token),
    ]);
    if (deposited + inWallet >= price) return;
    throw new GliaError(
      "PAYER_BALANCE_TOO_SMALL",
      `The payer ${payer} holds ${deposited + inWallet} of the token; the price is ${price}`,
      {
        kind: "funds",
        hint: "Deposit into the Vault, or ask for a smaller job.",
        details: { deposited: deposited.toString(), inWallet: inWallet.toString(), price: price.toString() },
      },
    );
  }

  return async function answer(body: QuoteRequestBody): Promise<QuoteResponse> {
    const { spec, sources, deadline, signature } = body;
    const jobId = hashJobSpec(spec, domain);
    await verifyQuoteRequest({
      buyer: spec.buyer,
      request: { jobId, provider, deadline },
      signature,
      domain,
      publicClient,
    });
    const known = journal.jobs.get(jobId);
    // A reorganisation that undid the hire lets the buyer hire again.
    if (known !== undefined && known.state !== "lost") {
      throw new GliaError("JOB_ALREADY_HIRED", `Job ${jobId} was hired already`, {
        kind: "refused",
        hint: "Use a new salt.",
      });
    }
    const now = await chainTime(publicClient);
    if (journal.quotes.countLive(now) >= options.maxQueue * QUOTES_PER_SLOT) {
      throw new GliaError("NODE_FULL", "This provider has too many open quotes", { kind: "refused", retryable: true });
    }
    const declared = { modelBytes: body.modelBytes, inputBytes: body.inputBytes };
    const { price, collateral, quoteNonce } = await offerer.offer(spec, declared);
    await assertFunds(spec.payer, spec.token, price);
    const expiry = now + BigInt(options.quoteSeconds);
    const quote: Quote = { provider, jobId, price, collateral, expiry, nonce: quoteNonce };
    const signed = await signQuote(operator, quote, domain);
    journal.quotes.put({ quote, signature: signed, spec, sources, ...declared });
    options.onPoint("quote-signed", jobId);
    const [hasModel, hasInput] = await Promise.all([
      store.has(digestToCid(spec.modelDigest)),
      store.has(digestToCid(spec.inputDigest)),
    ]);
    return { quote, signature: signed, needsContent: !(hasModel && hasInput) && sources.length === 0 };
  };
}
