import { setTimeout as delay } from "node:timers/promises";

/** Waits `ms` milliseconds or until `signal` aborts, whichever is first; never throws. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // Aborting is how a wait is ended early: the caller looks at its signal.
  }
}
