import { GliaError } from "@glia/sdk";
import type { Failure } from "../worker/frames.ts";
import { printable } from "./quarantine.ts";

/** What the worker was doing when it was stopped. */
export type Phase = "start" | "load" | "run";

export function workerTimeout(phase: Phase, limitMs: number, item?: number): GliaError {
  const what = phase === "run" ? `item ${item ?? 0}` : "loading the model";
  return new GliaError("WORKER_TIMEOUT", `${what} took longer than ${limitMs} ms and the worker was killed`, {
    kind: "timeout",
    hint: "Use a smaller model or a provider with a higher time limit.",
    details: { phase, limitMs, ...(item === undefined ? {} : { item }) },
  });
}

export function workerMemory(limitBytes: number, residentBytes?: number): GliaError {
  const used = residentBytes === undefined ? "asked for more memory" : `held ${residentBytes} bytes of memory`;
  return new GliaError("WORKER_MEMORY", `the worker ${used} than the limit of ${limitBytes} bytes allows`, {
    kind: "refused",
    hint: "Use a smaller model or smaller items, or a provider with a higher memory limit.",
    details: { limitBytes, ...(residentBytes === undefined ? {} : { residentBytes }) },
  });
}

export function workerProcesses(limit: number, found: number): GliaError {
  return new GliaError("WORKER_PROCESSES", `the worker started ${found} processes; at most ${limit} are allowed`, {
    kind: "refused",
    hint: "A model has no reason to start processes: do not run this file again.",
    details: { limit, found },
  });
}

export function workerOutputTooLarge(limitBytes: number): GliaError {
  return new GliaError("WORKER_OUTPUT_TOO_LARGE", `the outputs take more than the allowed ${limitBytes} bytes`, {
    kind: "refused",
    hint: "Send fewer items per job, or ask a provider with a higher output limit.",
    details: { limitBytes },
  });
}

export function workerProtocol(detail: string): GliaError {
  return new GliaError("WORKER_PROTOCOL", `the worker broke the protocol: ${detail}`, {
    kind: "refused",
    hint: "The model may have taken over its worker: do not run this file again.",
  });
}

/** A worker that ended by itself, told apart by exit code and signal. Shells and sandboxes report a signal as 128 + n. */
export function workerExit(code: number | null, signal: string | null, phase: Phase, stderr: string): GliaError {
  const SIGXCPU = 24;
  if (signal === "SIGXCPU" || code === 128 + SIGXCPU) {
    return new GliaError("WORKER_CPU", "the worker used up its processor time", {
      kind: "timeout",
      hint: "Use a smaller model, or raise the limit of processor seconds.",
    });
  }
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  return new GliaError("WORKER_CRASHED", `the worker ended ${how} in phase ${phase}`, {
    kind: "internal",
    hint: "The node goes on; the model is loaded again with the next run. Twice in a row, the model is to blame.",
    retryable: true,
    details: { code, signal, phase, stderr },
  });
}

export function workerNotStarted(cause: unknown): GliaError {
  return new GliaError("WORKER_NOT_STARTED", "the worker process could not be started", {
    kind: "internal",
    hint: "Run `glia-node status` to see which sandbox layers work on this machine.",
    cause,
  });
}

/** What the worker itself reported; its text is hostile, so it is cleaned and cut. */
export function workerFailure(report: unknown, limits: { memoryBytes: number; maxOutputBytes: number }): GliaError {
  const failure: { readonly [field in keyof Failure]?: unknown } =
    typeof report === "object" && report !== null ? report : {};
  const message = printable(typeof failure.message === "string" ? failure.message : "", 500);
  const details = typeof failure.item === "number" ? { item: failure.item } : {};
  switch (failure.reason) {
    case "memory":
      return workerMemory(limits.memoryBytes);
    case "output-size":
      return workerOutputTooLarge(limits.maxOutputBytes);
    case "load":
      return new GliaError("MODEL_LOAD_FAILED", `ONNX Runtime cannot load the model: ${message}`, {
        kind: "input",
        hint: "Check the file with ONNX's own checker; it must load in ONNX Runtime 1.30.",
      });
    case "run":
      return new GliaError("INFERENCE_FAILED", `ONNX Runtime failed on item ${details.item ?? "?"}: ${message}`, {
        kind: "input",
        hint: "Check that the item's tensors have the shapes and types which the model declares.",
        details,
      });
    case "output-shape":
    case "output-type":
      return new GliaError("OUTPUT_UNSUPPORTED", message, {
        kind: "input",
        hint: "Every item must give tensors of numbers of one shape; pad inside the model or use jobs of one item.",
        details,
      });
    default:
      return workerProtocol(message);
  }
}
