/** Exit code of a command that Ctrl-C ended, as shells use it: 128 + SIGINT. */
export const INTERRUPTED = 130;

/** Runs `work` with a signal that Ctrl-C or SIGTERM aborts; a second Ctrl-C ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    process.once("SIGINT", () => process.exit(INTERRUPTED));
    controller.abort(new Interrupted());
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

/** Why an interrupted piece of work ended. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("Interrupted.");
  }
}
