import type { Failure } from "./frames.ts";

/** Thrown inside the worker; reported to the node as one `failed` frame. */
export class WorkerFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const OUT_OF_MEMORY = /bad_alloc|failed to allocate|out of memory|allocation failed/i;

/** Turns what ONNX Runtime threw into a {@link WorkerFailure}, telling a refused allocation from any other failure. */
export function asFailure(error: unknown, reason: Failure["reason"], item?: number): WorkerFailure {
  if (error instanceof WorkerFailure) return error;
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
  const kind = OUT_OF_MEMORY.test(message) ? "memory" : reason;
  return new WorkerFailure({ reason: kind, message, ...(item === undefined ? {} : { item }) });
}
