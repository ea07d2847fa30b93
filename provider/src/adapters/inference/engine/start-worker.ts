import { GliaError } from "@glia/sdk";
import type { InferenceLimits } from "../limits.ts";
import { type Deadline, parseJson, WorkerProcess } from "../process/worker-process.ts";
import { workerProtocol, workerTimeout } from "../process/worker-errors.ts";
import { confinedCommand, type ConfinedProgram } from "../sandbox/command.ts";
import type { SandboxFacts } from "../sandbox/facts.ts";
import { type ExactSelfTest, FRAME, type Hello, type LoadRequest } from "../worker/frames.ts";
import { parseSelfTest } from "./parse-self-test.ts";

/** What it takes to start a worker, whatever model it will hold. */
export interface WorkerSettings {
  readonly program: ConfinedProgram;
  readonly limits: InferenceLimits;
  readonly sandbox: SandboxFacts;
}

/** A worker that holds a model and waits for batches. */
export interface ReadyWorker {
  readonly worker: WorkerProcess;
  readonly hello: Hello;
  /** Of an exact model only. */
  readonly selfTest?: ExactSelfTest;
}

/**
 * Starts a worker and loads a model in it: an ONNX file, or what the request says. No gate here: callers pass only files that passed it.
 * Throws `MODEL_LOAD_FAILED`, or the worker's own named error; then no process is left.
 */
export async function startWorker(
  settings: WorkerSettings,
  model: Uint8Array,
  request: LoadRequest,
  signal?: AbortSignal,
): Promise<ReadyWorker> {
  if (signal?.aborted === true) throw aborted(signal);
  const { limits } = settings;
  const at = performance.now() + limits.loadMs;
  const worker = new WorkerProcess(confinedCommand(settings.program, limits, settings.sandbox), limits);
  const deadline: Deadline = () => ({ at, error: () => workerTimeout("load", limits.loadMs) });
  const abort = (): void => worker.kill(aborted(signal));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const hello = parseHello((await worker.next([FRAME.hello], deadline)).payload);
    worker.phase = "load";
    await worker.sendJson(FRAME.load, request);
    await worker.send(FRAME.model, model);
    const { payload } = await worker.next([FRAME.loaded], deadline);
    worker.phase = "run";
    return { worker, hello, ...(request.exact ? { selfTest: parseSelfTest(payload) } : {}) };
  } catch (error) {
    worker.kill(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function parseHello(payload: Uint8Array): Hello {
  const hello = parseJson(payload);
  const isHello = typeof hello === "object" && hello !== null && "backends" in hello && isNames(hello.backends);
  if (!isHello) throw workerProtocol("a first message without its backends");
  return hello as Hello;
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

/** The reason of an abort as an error. */
export function aborted(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  if (reason instanceof Error) return reason;
  return new GliaError("RUN_ABORTED", "the run was stopped by its caller", { kind: "refused", cause: reason });
}
