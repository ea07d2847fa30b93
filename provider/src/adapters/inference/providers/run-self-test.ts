import { GliaError } from "@glia/sdk";
import { runOnWorker } from "../engine/run-on-worker.ts";
import { startWorker, type WorkerSettings } from "../engine/start-worker.ts";
import { SELF_TEST } from "./self-test-model.ts";

/** What a provider that passed can say about itself. */
export interface SelfTestResult {
  readonly executionProvider: string;
  /** Wall clock of process start and session creation, in milliseconds. */
  readonly startMs: number;
  /** Execution providers in this build of ONNX Runtime. */
  readonly backends: readonly string[];
}

/**
 * Runs the built-in model on one execution provider, in a worker confined as for strangers' models, and compares the
 * results. Throws the worker's error or `INFERENCE_SELF_TEST`.
 */
export async function runSelfTest(settings: WorkerSettings, executionProvider: string): Promise<SelfTestResult> {
  const started = performance.now();
  const { worker, hello } = await startWorker(settings, SELF_TEST.model(), {
    executionProviders: [executionProvider],
    threads: 1,
    optimisation: "all",
    strictProvider: executionProvider !== "cpu",
    exact: false,
  });
  const startMs = performance.now() - started;
  try {
    const request = { items: 1, inputs: [SELF_TEST.input], bytes: [new Uint8Array(SELF_TEST.values.buffer)] };
    const found: number[] = [];
    for await (const { bytes } of runOnWorker(worker, request, settings.limits)) {
      found.push(...new Float32Array(bytes.slice().buffer));
    }
    compare(executionProvider, found);
  } finally {
    worker.kill(new GliaError("MODEL_CLOSED", "the self-test is over", { kind: "internal" }));
    await worker.gone;
  }
  return { executionProvider, startMs, backends: hello.backends };
}

function compare(executionProvider: string, found: readonly number[]): void {
  const { expected, tolerance } = SELF_TEST;
  const right =
    found.length === expected.length && expected.every((value, i) => Math.abs(value - (found[i] ?? NaN)) <= tolerance);
  if (right) return;
  throw new GliaError(
    "INFERENCE_SELF_TEST",
    `execution provider ${executionProvider} computed [${found.join(", ")}] where [${expected.join(", ")}] is right`,
    {
      kind: "internal",
      hint: "Do not take jobs with it: check its driver, or use cpu.",
      details: { executionProvider, found, expected },
    },
  );
}
