import { chainTime, type ContentStore, digestToCid, type ExactReader, GliaError } from "@glia/sdk";
import type { Hex, PublicClient } from "viem";

import type { Journal } from "../../adapters/store/journal.ts";
import type { PointObserver } from "../../domain/points.ts";
import { checkContent, type ContentLimits } from "../check-content.ts";

/** Seconds after a quote's expiry for which its upload is still taken: it may have begun in time. */
const GRACE = 600n;

export interface ContentDeskOptions {
  readonly journal: Journal;
  readonly publicClient: PublicClient;
  readonly store: ContentStore;
  readonly limits: ContentLimits & { readonly maxCarBytes: number };
  readonly inspect: (model: Uint8Array) => unknown;
  readonly readExact: ExactReader;
  /** Uploads at the same time. */
  readonly maxUploads: number;
  readonly onPoint: PointObserver;
}

/**
 * Takes a job's bytes as a CAR for a live quote. As soon as both files are here they are checked as the runner will check
 * them, so that a buyer learns before paying that a job is impossible.
 */
export function createContentDesk(options: ContentDeskOptions) {
  const { journal, store, limits } = options;
  let uploads = 0;

  async function take(jobId: Hex, car: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const quote = journal.quotes.get(jobId);
    const now = await chainTime(options.publicClient);
    if (quote === undefined || (quote.quote.expiry + GRACE < now && journal.jobs.get(jobId) === undefined)) {
      throw new GliaError("QUOTE_UNKNOWN", `There is no live quote for job ${jobId}`, {
        kind: "input",
        hint: "Ask for a quote first, then upload.",
      });
    }
    const { spec } = quote;
    const [model, input] = [digestToCid(spec.modelDigest), digestToCid(spec.inputDigest)];
    const release = [store.hold(model), store.hold(input)];
    try {
      await store.importCar(car, { roots: [model, input], maxBytes: limits.maxCarBytes, signal, pin: true });
      if (!(await store.has(model)) || !(await store.has(input))) return;
      await checkContent({
        spec,
        model: await store.open(model),
        input: await store.open(input),
        limits,
        declared: quote,
        inspect: options.inspect,
        readExact: options.readExact,
      });
      options.onPoint("content-stored", jobId);
    } finally {
      for (const free of release) free();
    }
  }

  return async (jobId: Hex, car: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> => {
    if (uploads >= options.maxUploads) {
      throw new GliaError("NODE_FULL", `This provider takes ${options.maxUploads} uploads at a time`, {
        kind: "refused",
        retryable: true,
      });
    }
    uploads += 1;
    try {
      await take(jobId, car, signal);
    } finally {
      uploads -= 1;
    }
  };
}
