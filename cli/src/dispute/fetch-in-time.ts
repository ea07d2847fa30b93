import { chainTime, GliaError, unpackTerms, type JobView, type RandomAccess } from "@glia/sdk";

import type { Context } from "../context/context.ts";
import { fetchResult } from "../context/fetch-result.ts";

/** The part of what is left of the challenge window that a download may take; the rest is for computing and disputing. */
const SHARE = 4;
/** Milliseconds that every download has. */
const LEAST = 30_000;

/**
 * As {@link fetchResult}, but only as long as there is time to dispute what was committed to: a provider that delivers drop by drop must not
 * keep its buyer from challenging.
 * @throws GliaError as {@link fetchResult}; `RESULT_TOO_SLOW`.
 */
export async function fetchInTime(
  context: Context,
  view: JobView,
  {
    signal,
    mostMs,
    leastMs = LEAST,
  }: { readonly signal: AbortSignal; readonly mostMs: number; readonly leastMs?: number },
): Promise<RandomAccess> {
  const left = unpackTerms(view.job.terms).deadline - Number(await chainTime(context.client.publicClient));
  const limit = Math.max(leastMs, Math.min(mostMs, (left * 1_000) / SHARE));
  const late = AbortSignal.timeout(Math.ceil(limit));
  try {
    return await fetchResult(context, view, { signal: AbortSignal.any([signal, late]) });
  } catch (cause) {
    signal.throwIfAborted();
    if (!late.aborted) throw cause;
    const message = `The result of job ${view.jobId} did not come within ${Math.ceil(limit / 1_000)} seconds.`;
    throw new GliaError("RESULT_TOO_SLOW", message, {
      kind: "network",
      hint: "What came so far is kept; name another source of it.",
      cause,
    });
  }
}
