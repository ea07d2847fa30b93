import type { Address, Hex } from "viem";
import { chainTime } from "../chain/chain-time.ts";
import { explainRevert } from "../chain/errors/explain-revert.ts";
import { hashJobSpec } from "../chain/hash-job-spec.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { signQuoteRequest } from "../chain/sign-typed.ts";
import type { JobSpec, Quote } from "../chain/types.ts";
import { GliaError } from "../errors.ts";
import { quoteResponseSchema } from "./api.ts";
import { checkQuote } from "./check-quote.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { EndpointPolicy } from "./endpoint.ts";
import { toJson } from "./json-types.ts";
import { listProviders } from "./list-providers.ts";
import type { ListedProvider } from "./list-providers.ts";
import { askProvider } from "./provider-http.ts";

/** A checked quote: what `hire` needs, and where the provider is. */
export interface Offer {
  readonly provider: Address;
  readonly endpoint: string;
  readonly quote: Quote;
  readonly signature: Hex;
  /** The provider lacks the bytes; upload them before hiring. */
  readonly needsContent: boolean;
  /** Milliseconds from the request to the answer. */
  readonly latency: number;
}

/** Why a provider made no usable offer. */
export interface Refusal {
  readonly provider: Address;
  readonly endpoint: string;
  readonly error: GliaError;
}

/** Bytes of the files that a job is made of; see `contentSizes`. */
export interface ContentSizes {
  /** Of the ONNX file. */
  readonly modelBytes: number;
  /** Of the batch file. */
  readonly inputBytes: number;
}

export interface QuoteOptions extends EndpointPolicy {
  /** What prices by the megabyte are made for; a provider refuses larger files. */
  readonly sizes: ContentSizes;
  /** Whom to ask; by default those registered with capabilities and free stake enough, at most 16. */
  readonly providers?: readonly ListedProvider[];
  /** Gateway URLs or multiaddrs where the bytes can be had. */
  readonly sources?: readonly string[];
  /** Milliseconds to wait for answers; 5,000 by default. Who is later is left out. */
  readonly timeout?: number;
  /** Sees each offer as it comes and was checked. */
  readonly onOffer?: (offer: Offer) => void;
  readonly onRefusal?: (refusal: Refusal) => void;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

const MAX_ASKED = 16;
/** Seconds that a signed request stays good. */
const REQUEST_LIFE = 120n;

/**
 * Asks providers in parallel and checks each answer against the chain. The wallet signs one request for each provider.
 * Nothing on chain changes. Answers with the offers that were usable, in the order in which they came.
 */
export async function requestQuotes(client: MarketClient, spec: JobSpec, options: QuoteOptions): Promise<Offer[]> {
  const { timeout = 5_000, signal } = options;
  const providers = options.providers ?? (await findProviders(client, spec, signal));
  const deadline = (await chainTime(client.publicClient)) + REQUEST_LIFE;
  const offers: Offer[] = [];
  const asked = providers.slice(0, MAX_ASKED);
  // Wallets show one dialog at a time, so requests are signed one after the other, and sent as soon as they are signed.
  const answers: Promise<void>[] = [];
  for (const entry of asked) {
    const { provider, endpoint } = entry;
    const message = { jobId: hashJobSpec(spec, client.domain), provider, deadline };
    const requestSignature = await signQuoteRequest(client.requireWallet(), message, client.domain);
    const body = toJson({
      spec,
      ...options.sizes,
      sources: options.sources ?? [],
      deadline,
      signature: requestSignature,
    });
    answers.push(
      ask(client, spec, entry, body, { ...options, timeout }).then(
        (offer) => {
          offers.push(offer);
          options.onOffer?.(offer);
        },
        (error: unknown) => {
          options.onRefusal?.({ provider, endpoint, error: explainRevert(error) });
        },
      ),
    );
  }
  await Promise.all(answers);
  signal?.throwIfAborted();
  return offers;
}

async function ask(
  client: MarketClient,
  spec: JobSpec,
  { provider, endpoint }: ListedProvider,
  body: string,
  options: QuoteOptions & { readonly timeout: number },
): Promise<Offer> {
  const started = performance.now();
  const { quote, signature, needsContent } = await askProvider(quoteResponseSchema, {
    endpoint: parseEndpoint(endpoint, options),
    path: "v1/quotes",
    method: "POST",
    body,
    timeout: options.timeout,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const latency = performance.now() - started;
  if (quote.provider !== provider) throw otherProvider(provider, quote.provider);
  await checkQuote(client, spec, quote, signature);
  return { provider, endpoint, quote, signature, needsContent, latency };
}

async function findProviders(client: MarketClient, spec: JobSpec, signal?: AbortSignal): Promise<ListedProvider[]> {
  const [listed, required] = await Promise.all([listProviders(client, signal), client.requiredCollateral(spec)]);
  return listed.filter(
    ({ free, locked, capabilities }) =>
      free >= required && free + locked >= spec.minStake && (capabilities & spec.capabilities) === spec.capabilities,
  );
}

function otherProvider(asked: Address, answered: Address): GliaError {
  return new GliaError("QUOTE_INVALID", `The quote is ${answered}'s; ${asked} was asked.`, {
    kind: "verification",
    hint: "Choose another provider.",
  });
}
