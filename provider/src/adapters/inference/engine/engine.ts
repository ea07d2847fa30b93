import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { serialize } from "node:v8";
import { decodeModel, GliaError, readInputs, type TensorInfo } from "@glia/sdk";
import type { ExactModel } from "@glia/sdk/exact";
import { inspectModel, type ModelReport } from "../gate/inspect-model.ts";
import { DEFAULT_LIMITS, type InferenceLimits } from "../limits.ts";
import { chooseProvider, type ProviderChoice } from "../providers/choose-provider.ts";
import { needsGpu } from "../providers/remedies.ts";
import { assertIsolation } from "../sandbox/assert-isolation.ts";
import { detectSandbox } from "../sandbox/detect.ts";
import type { SandboxFacts, SandboxMode } from "../sandbox/facts.ts";
import type { LoadRequest } from "../worker/frames.ts";
import { type BadModels, badModelsInMemory } from "./bad-models.ts";
import { LoadedModel } from "./loaded-model.ts";
import type { WorkerSettings } from "./start-worker.ts";
import { workerProgram } from "./worker-program.ts";

/** How an engine is set up; everything has a default. */
export interface EngineOptions {
  readonly limits?: Partial<InferenceLimits>;
  readonly sandbox?: SandboxMode;
  /** ONNX Runtime's own names, in order of preference. `cpu` is what remains when the others fail. */
  readonly executionProviders?: readonly string[];
  /** Threads inside one operator; 0, the default, lets ONNX Runtime choose. */
  readonly threads?: number;
  readonly optimisation?: LoadRequest["optimisation"];
  readonly badModels?: BadModels;
  /** Models that keep a worker while they have nothing to do; the longest idle gives way. */
  readonly maxWarm?: number;
}

/** How one model is loaded. */
export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** Run this exact model, which the caller found in the file, and not the file. */
  readonly exact?: ExactModel | undefined;
  /** Give all tensors that the exact model's nodes compute, see `LoadRequest.trace`. */
  readonly trace?: boolean;
}

const DEFAULT_WARM = 4;

/** Runs strangers' models: gate, sandboxed worker, supervisor. One per node. */
export class InferenceEngine {
  readonly limits: InferenceLimits;
  /** What stands between a model and this machine. The caller decides whether that is enough for strangers' jobs. */
  readonly sandbox: SandboxFacts;
  readonly #options: EngineOptions;
  readonly #badModels: BadModels;
  readonly #models = new Map<string, LoadedModel>();
  #choice: Promise<ProviderChoice> | undefined;

  constructor(options: EngineOptions, sandbox: SandboxFacts) {
    this.#options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.sandbox = sandbox;
    this.#badModels = options.badModels ?? badModelsInMemory();
  }

  /** Tests the execution providers, once; later calls get the same answer. Throws if nothing can run here. */
  selfTest(): Promise<ProviderChoice> {
    this.#choice ??= chooseProvider(this.#options.executionProviders ?? ["cpu"], (gpu) => this.#settings(gpu));
    return this.#choice;
  }

  /** The gate alone: reads the file and starts nothing. Throws `MODEL_REFUSED`. */
  inspect(model: Uint8Array): ModelReport {
    return inspectModel(model, this.limits);
  }

  /**
   * Passes a model through the gate and loads it into a worker, or returns the one that is loaded already.
   * `model` is the file's bytes, which must not change afterwards, or its path. With `exact`, the exact model that was found in
   * the file is what runs: its inputs and outputs are the exact model's ports, and ONNX Runtime's word counts only where it agrees with the law.
   * Throws `MODEL_REFUSED`, `MODEL_KNOWN_BAD`, `MODEL_LOAD_FAILED`, the worker's named errors, or what the SDK's
   * `readInputs` throws for a model whose inputs cannot be sent.
   */
  async load(model: Uint8Array | string, { signal, exact, trace = false }: LoadOptions = {}): Promise<LoadedModel> {
    const bytes = typeof model === "string" ? await this.#read(model) : model;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await this.#refuseKnownBad(sha256);
    const key = exact === undefined ? sha256 : `${sha256} ${trace ? "trace" : "exact"}`;
    const admitted = this.#models.get(key) ?? (await this.#admit(sha256, bytes, exact, trace));
    // Somebody else may have been admitted with the same file meanwhile.
    const loaded = this.#models.get(key) ?? admitted;
    // Last in the map is the one used last.
    this.#models.delete(key);
    this.#models.set(key, loaded);
    try {
      await loaded.warm(signal);
    } catch (error) {
      if (loaded.idle) this.#models.delete(key);
      throw error;
    }
    await this.#retireIdle(loaded);
    return loaded;
  }

  /** Kills all workers and waits until they are gone. */
  async close(): Promise<void> {
    const models = [...this.#models.values()];
    this.#models.clear();
    await Promise.all(models.map((model) => model.close()));
  }

  async #admit(sha256: string, bytes: Uint8Array, exact: ExactModel | undefined, trace: boolean): Promise<LoadedModel> {
    this.inspect(bytes);
    const common = {
      threads: this.#options.threads ?? 0,
      optimisation: this.#options.optimisation ?? "all",
      strictProvider: false,
    } as const;
    if (exact !== undefined) {
      const inputs = exact.inputs.map(({ name, dims }): TensorInfo => ({ name, dtype: "uint8", shape: dims }));
      const settings = { ...this.#settings(false), program: workerProgram(false, true) };
      const request: LoadRequest = { ...common, executionProviders: ["cpu"], exact: true, trace };
      return new LoadedModel({ sha256, bytes: serialize(exact), inputs }, settings, request, this.#badModels);
    }
    const inputs = readInputs(decodeModel(bytes));
    const { executionProvider } = await this.selfTest();
    const executionProviders = executionProvider === "cpu" ? ["cpu"] : [executionProvider, "cpu"];
    const request: LoadRequest = { ...common, executionProviders, exact: false };
    const settings = this.#settings(needsGpu(executionProvider));
    return new LoadedModel({ sha256, bytes, inputs }, settings, request, this.#badModels);
  }

  async #refuseKnownBad(sha256: string): Promise<void> {
    const code = await this.#badModels.reason(sha256);
    if (code === undefined) return;
    throw new GliaError("MODEL_KNOWN_BAD", `this model took a worker down before (${code}) and is not run again`, {
      kind: "refused",
      hint: "Ask another provider, or change the model.",
      details: { sha256, code },
    });
  }

  async #read(path: string): Promise<Uint8Array> {
    const { size } = await stat(path);
    if (size <= this.limits.maxModelBytes) return readFile(path);
    throw new GliaError(
      "MODEL_TOO_LARGE",
      `the model has ${size} bytes; at most ${this.limits.maxModelBytes} are allowed`,
      {
        kind: "refused",
        hint: "Use a smaller model or a provider with a higher limit.",
        details: { size, limit: this.limits.maxModelBytes },
      },
    );
  }

  async #retireIdle(keep: LoadedModel): Promise<void> {
    const idle = [...this.#models].filter(([, model]) => model.idle && model !== keep);
    for (const [sha256, model] of idle.slice(
      0,
      Math.max(0, this.#models.size - (this.#options.maxWarm ?? DEFAULT_WARM)),
    )) {
      this.#models.delete(sha256);
      await model.close();
    }
  }

  #settings(gpu: boolean): WorkerSettings {
    return { program: workerProgram(gpu), limits: this.limits, sandbox: this.sandbox };
  }
}

/** Sets an engine up. Throws `SANDBOX_UNAVAILABLE` where `sandbox` is `require` and this machine has no working sandbox. */
export async function createInferenceEngine(options: EngineOptions = {}): Promise<InferenceEngine> {
  const mode = options.sandbox ?? "prefer";
  const facts = await detectSandbox(mode);
  assertIsolation(mode, facts);
  return new InferenceEngine(options, facts);
}
