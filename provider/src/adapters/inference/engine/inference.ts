import type { ProviderChoice } from "../providers/choose-provider.ts";
import type { SandboxFacts } from "../sandbox/facts.ts";
import type { ExactSelfTest } from "../worker/frames.ts";
import type { LoadOptions } from "./engine.ts";
import type { RunOptions } from "./loaded-model.ts";
import type { OutputChunk, RunRequest } from "./run-on-worker.ts";

/** A model that is ready to run. */
export interface ReadyModel {
  /** Of an exact model only. */
  readonly selfTest: ExactSelfTest | undefined;
  run(request: RunRequest, options?: RunOptions): AsyncGenerator<OutputChunk>;
}

/** What the node asks of whatever runs models; `InferenceEngine` is what it comes with. */
export interface Inference {
  readonly sandbox: SandboxFacts;
  selfTest(): Promise<ProviderChoice>;
  inspect(model: Uint8Array): unknown;
  load(model: Uint8Array | string, options?: LoadOptions): Promise<ReadyModel>;
  close(): Promise<void>;
}
