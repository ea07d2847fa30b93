import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { type ErrorKind, type ExactReader, type FoundExact, GliaError } from "@glia/sdk";

/** What the thread says about one file. */
export type Answer =
  | ({ readonly ok: true } & FoundExact)
  | { readonly ok: false; readonly code: string; readonly kind: ErrorKind; readonly message: string };

/** An {@link ExactReader} with a thread of its own. */
export interface ThreadedReader {
  readonly read: ExactReader;
  /** Ends the thread; whoever waits for it gets an error. */
  close(): Promise<void>;
}

/** Milliseconds that one file may take, as loading a model may by default. */
const TIMEOUT_MS = 60_000;
/** Objects of the thread, in mebibytes; bytes of tensors do not count. */
const HEAP_MIB = 2_048;

/**
 * Finds the integer function in strangers' files on a thread: a large file, or one that was made to take long, must not keep the node from its
 * deadlines. Files take turns; one that takes longer than `timeoutMs` ends the thread, and the next one gets a new one.
 * What is read is data: nothing of a file is run here.
 */
export function createExactReader(timeoutMs = TIMEOUT_MS): ThreadedReader {
  let thread: Worker | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  const ask = (file: Uint8Array): Promise<FoundExact> =>
    new Promise((resolve, reject) => {
      const current = (thread ??= start());
      const fail = (reason: string): void => {
        if (thread === current) thread = undefined;
        settle(() => reject(unreadable(reason)));
        void current.terminate();
      };
      const onMessage = (found: Answer): void =>
        settle(() =>
          found.ok ? resolve(found) : reject(new GliaError(found.code, found.message, { kind: found.kind })),
        );
      const onError = (error: Error): void => fail(error.message);
      const onExit = (): void => fail("the thread has ended");
      const timer = setTimeout(() => fail(`it took longer than ${timeoutMs} ms`), timeoutMs);
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        current.off("message", onMessage).off("error", onError).off("exit", onExit);
        end();
      };
      current.once("message", onMessage).once("error", onError).once("exit", onExit);
      current.postMessage(file);
    });

  return {
    read(file) {
      const found = turn.then(() => (closed ? Promise.reject(unreadable("the node is stopping")) : ask(file)));
      turn = found.catch(() => undefined);
      return found;
    },
    async close() {
      closed = true;
      await thread?.terminate();
      thread = undefined;
    },
  };
}

function start(): Worker {
  const entry = new URL(`thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
  // An error that comes too late for anybody must not end the node.
  worker.on("error", () => undefined);
  // While a file is read its timer keeps the process alive; an idle thread need not.
  worker.unref();
  return worker;
}

function unreadable(reason: string): GliaError {
  return new GliaError("EXACT_UNREADABLE", `The file could not be looked into for an exact model: ${reason}.`, {
    kind: "refused",
    hint: "Use a smaller model, or run the file as it is.",
  });
}
