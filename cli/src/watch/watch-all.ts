import { explainRevert, type GliaError, sleep } from "@glia/sdk";
import type { Hex } from "viem";

import { troubleEvent, type Tell } from "./watch-event.ts";

/** Milliseconds between two looks for jobs that are new, and the longest pause before something is tried again. */
const RELIST = 5_000;
const LONGEST_PAUSE = 60_000;

export interface WatchAllOptions<end> {
  /** The jobs to watch now; asked again and again. */
  readonly list: () => Promise<readonly Hex[]>;
  /** Watches one job to its end. Called again after a failure that may pass: it finds out from the chain where the job stands. */
  readonly watch: (jobId: Hex) => Promise<end>;
  /** Whether a failure may pass, so that the job is tried again. */
  readonly mayPass: (error: GliaError) => boolean;
  /** Ends when no job is left to watch; else it ends only when aborted. */
  readonly once: boolean;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** How jobs ended, and those that could not be watched any further. */
export interface Watched<end> {
  readonly ends: readonly end[];
  readonly failures: readonly { readonly jobId: Hex; readonly error: GliaError }[];
}

/** Watches jobs side by side, each to its end. Ends when aborted, too: with what is known by then. */
export async function watchAll<end>(options: WatchAllOptions<end>): Promise<Watched<end>> {
  const { list, once, signal } = options;
  const ends = new Map<Hex, end>();
  const failures = new Map<Hex, GliaError>();
  const running = new Map<Hex, Promise<void>>();
  const start = (jobId: Hex): void => {
    const work = persistently(jobId, options).then(
      ({ end, error }) => {
        if (end !== undefined) ends.set(jobId, end);
        if (error !== undefined) failures.set(jobId, error);
      },
      // Aborted: the loop below sees that too.
      () => undefined,
    );
    running.set(jobId, work.finally(() => running.delete(jobId))); // prettier-ignore
  };
  const isNew = (jobId: Hex): boolean => !running.has(jobId) && !ends.has(jobId) && !failures.has(jobId);
  // Whoever starts a watch learns at once that it cannot work; one that works goes on.
  let jobs = await list();
  while (!signal.aborted) {
    for (const jobId of jobs) if (isNew(jobId)) start(jobId);
    if (once && running.size === 0) break;
    const done = once ? [Promise.all(running.values())] : [];
    await Promise.race([sleep(RELIST, signal).catch(() => undefined), ...done]);
    jobs = await list().catch(() => jobs);
  }
  await Promise.all(running.values());
  return { ends: [...ends.values()], failures: [...failures].map(([jobId, error]) => ({ jobId, error })) };
}

/** What may pass is tried again, after a pause that grows; what will not is the job's end. */
async function persistently<end>(
  jobId: Hex,
  { watch, mayPass, tell, signal }: WatchAllOptions<end>,
): Promise<{ readonly end?: end; readonly error?: GliaError }> {
  let told = "";
  for (let wait = 1_000; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
    try {
      return { end: await watch(jobId) };
    } catch (cause) {
      signal.throwIfAborted();
      const error = explainRevert(cause);
      const again = mayPass(error);
      if (told !== error.code || !again) tell(jobId, troubleEvent(error, again));
      told = error.code;
      if (!again) return { error };
      await sleep(wait, signal);
    }
  }
}
