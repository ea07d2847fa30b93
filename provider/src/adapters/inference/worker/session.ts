import type * as OnnxRuntime from "onnxruntime-node";
import { WorkerFailure } from "./failure.ts";
import type { BeginRequest, LoadRequest, TensorLayout } from "./frames.ts";
import type { Lane, LoadedInference } from "./run-batch.ts";
import { isRuntimeDType, TYPED_ARRAYS } from "./typed-arrays.ts";

/**
 * ONNX Runtime's binding runs each item in a turn of the event loop. Asking for several at once saves most of the turns,
 * which for a small model cost a tenth of its time; they still run one after the other, and each one's outputs are
 * taken before the next one runs.
 */
const QUEUED_RUNS = 16;
/** All queued items together take at most this much memory, or there is only one. */
const QUEUED_BYTES = 256 * 1024;

/**
 * Makes a session from a model's bytes. Never from a path: then there is no folder that external data could be read from
 * but the working directory, which is empty.
 */
export async function loadFile(
  runtime: typeof OnnxRuntime,
  model: Uint8Array,
  request: LoadRequest,
): Promise<LoadedInference> {
  const session = await runtime.InferenceSession.create(model, {
    executionProviders: [...request.executionProviders],
    graphOptimizationLevel: request.optimisation,
    logSeverityLevel: 3,
    ...(request.threads > 0 ? { intraOpNumThreads: request.threads } : {}),
    ...(request.strictProvider ? { extra: { session: { disable_cpu_ep_fallback: "1" } } } : {}),
  });
  const makeLane = (inputs: readonly TensorLayout[]): Lane => {
    const tensors = inputs.map((layout) => ({ name: layout.name, ...allocate(runtime, layout) }));
    const feeds = Object.fromEntries(tensors.map(({ name, tensor }) => [name, tensor]));
    return { targets: tensors.map(({ bytes }) => bytes), run: () => session.run(feeds) };
  };
  return {
    outputNames: session.outputNames,
    makeLanes({ items, itemBytes, inputs }: BeginRequest) {
      const fitting = Math.floor(QUEUED_BYTES / Math.max(1, itemBytes));
      const count = Math.max(1, Math.min(QUEUED_RUNS, items, fitting));
      return Array.from({ length: count }, () => makeLane(inputs));
    },
  };
}

function allocate(
  runtime: typeof OnnxRuntime,
  layout: TensorLayout,
): { tensor: OnnxRuntime.Tensor; bytes: Uint8Array } {
  if (!isRuntimeDType(layout.dtype)) {
    throw new WorkerFailure({ reason: "protocol", message: `inputs of type ${layout.dtype} cannot be passed` });
  }
  const count = layout.shape.reduce((product, dim) => product * dim, 1);
  const data = new TYPED_ARRAYS[layout.dtype](count);
  const tensor = new runtime.Tensor(layout.dtype, data, layout.shape);
  return { tensor, bytes: new Uint8Array(data.buffer) };
}
