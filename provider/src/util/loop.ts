import type { Logger } from "./log.ts";
import { sleep } from "./sleep.ts";

/** A part of the node that works in the background until it is stopped. */
export interface Service {
  readonly name: string;
  start(): void;
  /** Ends the service; resolves when its last step is over. Safe to call twice. */
  stop(): Promise<void>;
}

/** A service that repeats one step. */
export interface Loop extends Service {
  /** Runs the next step now instead of at the end of the interval. */
  wake(): void;
}

export interface LoopOptions {
  readonly name: string;
  /** Milliseconds between the end of a step and the start of the next. */
  readonly intervalMs: number;
  readonly log: Logger;
  step(signal: AbortSignal): Promise<void>;
  /** Told after each step: `undefined`, or what it threw. */
  readonly onStep?: (error: unknown) => void;
}

const MAX_BACKOFF_MS = 30_000;

/**
 * Repeats `step`, one at a time. A step that throws is logged and repeated after a wait that doubles up to 30 s: a loop ends
 * only by `stop`. Overload policy: a wake during a step means one more step right after it, never two at once.
 */
export function createLoop(options: LoopOptions): Loop {
  const { name, intervalMs, log } = options;
  const stopping = new AbortController();
  let waiting = new AbortController();
  let woken = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      woken = false;
      try {
        await options.step(stopping.signal);
        failures = 0;
        options.onStep?.(undefined);
      } catch (error) {
        if (stopping.signal.aborted) return;
        failures += 1;
        options.onStep?.(error);
        log.warn({ service: name, failures, err: error }, "a step failed and will be repeated");
      }
      const backoff = failures === 0 ? intervalMs : Math.min(MAX_BACKOFF_MS, intervalMs * 2 ** Math.min(failures, 10));
      if (!woken || failures > 0) {
        waiting = new AbortController();
        await sleep(backoff, AbortSignal.any([waiting.signal, stopping.signal]));
      }
    }
  }

  return {
    name,
    start() {
      running ??= run();
    },
    wake() {
      woken = true;
      waiting.abort();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
