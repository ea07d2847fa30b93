import { GliaError } from "../errors.ts";
import type { Offer, Refusal } from "./request-quotes.ts";

/** Offers from best to worst: the lower price first, among equal prices the faster answer. */
export function rankOffers(offers: readonly Offer[]): Offer[] {
  return [...offers].sort(
    (a, b) => Number(a.quote.price > b.quote.price) - Number(a.quote.price < b.quote.price) || a.latency - b.latency,
  );
}

/**
 * The best offer.
 * @throws GliaError `NO_OFFER` with each provider's reason.
 */
export function chooseOffer(offers: readonly Offer[], refusals: readonly Refusal[] = []): Offer {
  const [best] = rankOffers(offers);
  if (best !== undefined) return best;
  const reasons = refusals.map(({ provider, error }) => ({ provider, code: error.code, message: error.message }));
  const first = refusals[0];
  throw new GliaError(
    "NO_OFFER",
    first === undefined
      ? "No registered provider has the stake and the capabilities that this job needs."
      : `None of ${refusals.length} providers made a usable offer; the first: ${first.error.message}`,
    {
      kind: first?.error.kind === "funds" ? "funds" : "refused",
      hint:
        first === undefined
          ? "Lower the declared gain or the requirements, or wait until providers have free stake."
          : (first.error.hint ?? "Raise the highest price, or try again later."),
      retryable: true,
      details: { reasons },
    },
  );
}
