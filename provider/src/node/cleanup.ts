import type { Logger } from "../util/log.ts";

/** What was opened, to be closed in the opposite order. */
export interface Cleanup {
  add(name: string, close: () => unknown): void;
  /** Closes everything, last opened first; a part that fails is logged and does not keep the others open. */
  run(): Promise<void>;
}

/** Creates an empty {@link Cleanup}. */
export function createCleanup(log: Logger): Cleanup {
  const parts: { name: string; close: () => unknown }[] = [];
  let running: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      try {
        await part.close();
        log.debug({ part: part.name }, "closed");
      } catch (error) {
        log.error({ part: part.name, err: error }, "could not be closed");
      }
    }
  }
  return {
    add: (name, close) => void parts.push({ name, close }),
    run: () => (running ??= closeAll()),
  };
}
