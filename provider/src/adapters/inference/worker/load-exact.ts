import { deserialize } from "node:v8";
import type { ExactModel } from "@glia/sdk/exact";
import type * as OnnxRuntime from "onnxruntime-node";
import type { LoadRequest } from "./frames.ts";
import type { OutputTensor } from "./outputs.ts";
import type { Lane, LoadedInference } from "./run-batch.ts";

/**
 * Makes an exact model ready: ONNX Runtime computes each node whose self-test it passes on this machine, the law the others. The
 * inputs and outputs of a batch are in ONNX order, those of the runner in physical order.
 */
export async function loadExact(
  runtime: typeof OnnxRuntime,
  serialized: Uint8Array,
  { threads, trace = false }: Pick<LoadRequest, "threads" | "trace">,
): Promise<LoadedInference> {
  // Loaded only here: a worker that runs files as they are is not shown the SDK.
  const { createExactRunner, toLogical, toPhysical } = await import("@glia/sdk/exact/runtime");
  const model = deserialize(serialized) as ExactModel;
  const runner = await createExactRunner(model, runtime, { threads });
  const { nodes, byLaw } = runner.report;
  const traced = async (inputs: readonly Uint8Array[]): Promise<Record<string, OutputTensor>> => {
    const tensors = await runner.trace(inputs);
    const named = model.nodes.map(({ shape: { n, h, w, c } }, node) => {
      const number = model.inputs.length + node;
      return [String(number), { type: "uint8", dims: [n, h, w, c], data: tensors[number] }] as const;
    });
    return Object.fromEntries(named);
  };
  const makeLane = (): Lane => {
    const targets = model.inputs.map(({ dims }) => new Uint8Array(dims.reduce((product, size) => product * size, 1)));
    const run: Lane["run"] = async () => {
      const inputs = model.inputs.map(({ dims }, i) => toPhysical(dims, targets[i] ?? new Uint8Array()));
      if (trace) return traced(inputs);
      const outputs = await runner.run(inputs);
      const named = model.outputs.map(({ name, dims }, i) => {
        const data = toLogical(dims, outputs[i] ?? new Uint8Array());
        return [name, { type: "uint8", dims, data }] as const;
      });
      return Object.fromEntries(named);
    };
    return { targets, run };
  };
  return {
    outputNames: trace
      ? model.nodes.map((_, node) => String(model.inputs.length + node))
      : model.outputs.map(({ name }) => name),
    selfTest: { nodes, byLaw: byLaw.map(({ node, kind, message }) => ({ node, kind, reason: message })) },
    // Items run one after the other: several at a time would only share the same cores.
    makeLanes: () => [makeLane()],
  };
}
