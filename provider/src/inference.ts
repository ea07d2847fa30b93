/** The door `@glia/provider/inference`: running strangers' ONNX models in confinement. */
export {
  type EngineOptions,
  type InferenceEngine,
  type LoadOptions,
  createInferenceEngine,
} from "./adapters/inference/engine/engine.ts";
export type { Inference, ReadyModel } from "./adapters/inference/engine/inference.ts";
export type { LoadedModel, RunOptions, WorkerUsage } from "./adapters/inference/engine/loaded-model.ts";
export type { OutputChunk, RunRequest } from "./adapters/inference/engine/run-on-worker.ts";
export { type RunBatchFileOptions, runBatchFile } from "./adapters/inference/engine/run-batch-file.ts";
export { type BadModels, badModelsInMemory } from "./adapters/inference/engine/bad-models.ts";
export type { GateFinding } from "./adapters/inference/gate/finding.ts";
export { type ModelReport, inspectModel } from "./adapters/inference/gate/inspect-model.ts";
export { DEFAULT_LIMITS, type InferenceLimits } from "./adapters/inference/limits.ts";
export type { ProviderChoice, ProviderWarning } from "./adapters/inference/providers/choose-provider.ts";
export { detectSandbox } from "./adapters/inference/sandbox/detect.ts";
export type { SandboxFacts, SandboxLayer, SandboxMode } from "./adapters/inference/sandbox/facts.ts";
export type { ExactSelfTest, TensorLayout } from "./adapters/inference/worker/frames.ts";
export { type JobEvidence, openEvidence } from "./services/dispute/material.ts";
