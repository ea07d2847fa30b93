import { explainRevert } from "../chain/errors/explain-revert.ts";
import { GliaError } from "../errors.ts";
import { chainTime } from "../chain/chain-time.ts";
import { chooseOffer, rankOffers } from "./choose-offer.ts";
import { hire } from "./hire.ts";
import { estimateJobCost } from "./job-cost.ts";
import { recording, remember, report, requestOptions } from "./job-run.ts";
import type { JobRun } from "./job-run.ts";
import { readProvider } from "./list-providers.ts";
import { contentSizes } from "./prepare-content.ts";
import { requestQuotes } from "./request-quotes.ts";
import type { Offer, QuoteOptions, Refusal } from "./request-quotes.ts";
import { uploadContent } from "./upload-content.ts";

/** A quote with less life left, in seconds, is renewed before hiring. */
const FRESH = 15n;

/** Refusals that say nothing about other providers: the next offer may do. */
const THEIR_FAULT =
  /^(PROVIDER_|QUOTE_|ENDPOINT_|INSUFFICIENT_FREE_STAKE|STAKE_BELOW_MINIMUM|MISSING_CAPABILITIES|NOT_REGISTERED|COLLATERAL_TOO_LOW|INVALID_SIGNATURE|PRICE_CHANGED)/;

/** Quotes → choice → upload → hire. Goes on to the next offer where a provider fails before it is hired. */
export async function obtainProvider(run: JobRun): Promise<void> {
  const { choose } = run.options;
  const refusals: Refusal[] = [];
  report(run, { step: "quoting" });
  const offers = await quotes(run, refusals);
  const candidates = choose === undefined ? rankOffers(offers) : [await choose(offers, refusals)];
  for (const offer of candidates) {
    try {
      await hireCandidate(run, offer);
      return;
    } catch (error) {
      run.options.signal?.throwIfAborted();
      const explained = explainRevert(error);
      if (choose !== undefined || !THEIR_FAULT.test(explained.code)) throw explained;
      const refusal = { provider: offer.provider, endpoint: offer.endpoint, error: explained };
      refusals.push(refusal);
      report(run, { step: "quoting", refusal });
    }
  }
  chooseOffer([], refusals);
}

async function quotes(run: JobRun, refusals: Refusal[], providers?: QuoteOptions["providers"]): Promise<Offer[]> {
  const { client, content, record, options } = run;
  return requestQuotes(client, record.spec, {
    ...requestOptions(run),
    sizes: await contentSizes(content, record.spec),
    sources: record.sources,
    ...(providers === undefined ? {} : { providers }),
    ...(options.quoteTimeout === undefined ? {} : { timeout: options.quoteTimeout }),
    onOffer: (offer) => {
      report(run, { step: "quoting", offer });
    },
    onRefusal: (refusal) => {
      refusals.push(refusal);
      report(run, { step: "quoting", refusal });
    },
  });
}

async function hireCandidate(run: JobRun, candidate: Offer): Promise<void> {
  const { client, content, record, options } = run;
  const { jobId, spec } = record;
  if (candidate.needsContent) {
    await uploadContent(
      content,
      { endpoint: candidate.endpoint, jobId, spec },
      {
        ...requestOptions(run),
        onProgress: (bytes, totalBytes) => {
          report(run, { step: "uploading", bytes, totalBytes, offer: candidate });
        },
      },
    );
  }
  const offer = await freshOffer(run, candidate);
  await options.confirm?.({ spec, offer, cost: await estimateJobCost(client, spec, offer.quote) });
  await remember(run, { offer });
  const receipt = await hire(client, spec, offer, {
    ...(options.extraDeposit === undefined ? {} : { extraDeposit: options.extraDeposit }),
    ...(options.allowance === undefined ? {} : { allowance: options.allowance }),
    ...(record.sponsor === undefined ? {} : { sponsor: record.sponsor }),
    hooks: recording(run),
  });
  await remember(run, { hiredIn: receipt.blockNumber });
  report(run, { step: "hired", offer });
}

/** An upload may take longer than a quote lives; the same provider is asked again, and may not raise its price meanwhile. */
async function freshOffer(run: JobRun, offer: Offer): Promise<Offer> {
  const { client } = run;
  if (offer.quote.expiry >= (await chainTime(client.publicClient)) + FRESH) return offer;
  const entry = await readProvider(client, offer.provider);
  const refusals: Refusal[] = [];
  const [renewed] = entry === undefined ? [] : await quotes(run, refusals, [entry]);
  if (renewed === undefined) throw refusals[0]?.error ?? priceChanged(offer, "is gone");
  if (renewed.quote.price > offer.quote.price) throw priceChanged(offer, `is now ${renewed.quote.price}`);
  return renewed;
}

function priceChanged({ provider, quote }: Offer, now: string): GliaError {
  return new GliaError("PRICE_CHANGED", `The offer of ${provider} for ${quote.price} token units ${now}.`, {
    kind: "refused",
    hint: "Ask for quotes again.",
    retryable: true,
  });
}
