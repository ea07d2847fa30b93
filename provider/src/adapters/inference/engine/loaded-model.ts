import { GliaError, type TensorInfo } from "@glia/sdk";
import { processorSeconds, processTree } from "../sandbox/process-tree.ts";
import type { ExactSelfTest, LoadRequest } from "../worker/frames.ts";
import { type BadModels, speaksAgainstModel } from "./bad-models.ts";
import { checkInputs } from "./layout.ts";
import { type OutputChunk, runOnWorker, type RunRequest } from "./run-on-worker.ts";
import { aborted, type ReadyWorker, startWorker, type WorkerSettings } from "./start-worker.ts";

/** What a caller may add to a run. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called after each chunk of outputs. */
  readonly onProgress?: (progress: { readonly itemsDone: number; readonly items: number }) => void;
}

/** Memory and processor time of a model's worker at one moment. */
export interface WorkerUsage {
  readonly residentBytes: number;
  readonly processorSeconds: number;
  readonly processes: number;
}

/**
 * A model that passed the gate, and its worker, kept warm. Runs on one model queue up; each gets the worker alone. A worker
 * that died is replaced with the next run, at the price of loading again.
 */
export class LoadedModel {
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  readonly #model: Uint8Array;
  readonly #inputs: readonly TensorInfo[];
  readonly #settings: WorkerSettings;
  readonly #request: LoadRequest;
  readonly #badModels: BadModels;
  #current: ReadyWorker | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  /** `bytes` is what the worker loads: the file, or the exact model that was found in it. */
  constructor(
    file: { readonly sha256: string; readonly bytes: Uint8Array; readonly inputs: readonly TensorInfo[] },
    settings: WorkerSettings,
    request: LoadRequest,
    badModels: BadModels,
  ) {
    this.sha256 = file.sha256;
    this.#model = file.bytes;
    this.#inputs = file.inputs;
    this.#settings = settings;
    this.#request = request;
    this.#badModels = badModels;
  }

  /** Whether no run is under way or waiting. */
  idle = true;

  /** Process id of the warm worker's outermost process; undefined while there is none. */
  get workerPid(): number | undefined {
    return this.#current?.worker.alive === true ? this.#current.worker.pid : undefined;
  }

  /** What the exact model's self-test found in the warm worker; undefined for a model that is not run as an exact one. */
  get selfTest(): ExactSelfTest | undefined {
    return this.#current?.selfTest;
  }

  /** What the warm worker holds and has used so far; undefined while there is none. */
  usage(): WorkerUsage | undefined {
    const pid = this.workerPid;
    if (pid === undefined) return undefined;
    const { residentBytes, pids } = processTree(pid);
    return { residentBytes, processorSeconds: processorSeconds(pids), processes: pids.length };
  }

  /** Starts the worker if there is none. */
  async warm(signal?: AbortSignal): Promise<void> {
    await this.#exclusive(() => this.#ready(signal));
  }

  /**
   * Runs a batch. Nothing starts before the first `next()`; a caller that stops iterating stops the run.
   * Throws the worker's named errors, `INPUTS_MISMATCH`, `BATCH_LENGTH`, or the signal's reason.
   */
  async *run(request: RunRequest, options: RunOptions = {}): AsyncGenerator<OutputChunk> {
    const release = await this.#takeTurn();
    const { signal } = options;
    let ready: ReadyWorker | undefined;
    const abort = (): void => ready?.worker.kill(aborted(signal));
    try {
      checkInputs(this.#inputs, request.inputs);
      ready = await this.#ready(signal);
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted === true) throw aborted(signal);
      yield* this.#runOn(ready, request, options);
    } finally {
      signal?.removeEventListener("abort", abort);
      release();
    }
  }

  /** Kills the worker and waits until it is gone. Later runs throw `MODEL_CLOSED`. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#current?.worker;
    this.#current = undefined;
    worker?.kill(closed());
    await worker?.gone;
  }

  async *#runOn(ready: ReadyWorker, request: RunRequest, options: RunOptions): AsyncGenerator<OutputChunk> {
    let itemsDone = 0;
    try {
      for await (const chunk of runOnWorker(ready.worker, request, this.#settings.limits)) {
        itemsDone += chunk.items;
        options.onProgress?.({ itemsDone, items: request.items });
        yield chunk;
      }
    } catch (error) {
      await this.#blame(error);
      throw error;
    } finally {
      if (itemsDone < request.items) ready.worker.kill(aborted(options.signal));
    }
  }

  async #ready(signal: AbortSignal | undefined): Promise<ReadyWorker> {
    if (this.#closed) throw closed();
    this.#retireWornOut();
    if (this.#current?.worker.alive === true) return this.#current;
    try {
      this.#current = await startWorker(this.#settings, this.#model, this.#request, signal);
    } catch (error) {
      await this.#blame(error);
      throw error;
    }
    return this.#current;
  }

  /** A worker's processor time is limited for its whole life, so one that used half of it gives way between runs. */
  #retireWornOut(): void {
    const used = this.usage()?.processorSeconds ?? 0;
    if (used > this.#settings.limits.cpuSeconds / 2) this.#current?.worker.kill(closed());
  }

  async #blame(error: unknown): Promise<void> {
    if (error instanceof GliaError && speaksAgainstModel(error.code))
      await this.#badModels.record(this.sha256, error.code);
  }

  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.#takeTurn();
    try {
      return await work();
    } finally {
      release();
    }
  }

  async #takeTurn(): Promise<() => void> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    this.idle = false;
    await before;
    return () => {
      if (this.#turn === promise) this.idle = true;
      resolve();
    };
  }
}

function closed(): GliaError {
  return new GliaError("MODEL_CLOSED", "the model was closed while or before it ran", {
    kind: "internal",
    hint: "Load the model again.",
    retryable: true,
  });
}
