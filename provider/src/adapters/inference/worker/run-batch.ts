import type { InferenceSession, Tensor } from "onnxruntime-node";
import type * as OnnxRuntime from "onnxruntime-node";
import type { Channel } from "./channel.ts";
import { asFailure, WorkerFailure } from "./failure.ts";
import type { BeginRequest, TensorLayout } from "./frames.ts";
import { OutputWriter } from "./outputs.ts";
import { isRuntimeDType, TYPED_ARRAYS } from "./typed-arrays.ts";

/** Runs every item of one batch in order. The input tensors are made once and refilled, so an item costs no allocation here. */
export async function runBatch(
  channel: Channel,
  runtime: typeof OnnxRuntime,
  session: InferenceSession,
  request: BeginRequest,
): Promise<void> {
  const feeds: Record<string, Tensor> = {};
  const targets: Uint8Array[] = [];
  for (const layout of request.inputs) {
    const { tensor, bytes } = allocate(runtime, layout);
    feeds[layout.name] = tensor;
    targets.push(bytes);
  }
  const writer = new OutputWriter(channel, session.outputNames, request.maxOutputBytes);
  for (let item = 0; item < request.items; item++) {
    for (const target of targets) {
      if (target.length > 0 && !channel.readInto(target)) throw new Error("the node closed the channel in a batch");
    }
    try {
      writer.add(item, await session.run(feeds));
    } catch (error) {
      throw asFailure(error, "run", item);
    }
  }
  writer.flush();
}

function allocate(runtime: typeof OnnxRuntime, layout: TensorLayout): { tensor: Tensor; bytes: Uint8Array } {
  if (!isRuntimeDType(layout.dtype)) {
    throw new WorkerFailure({ reason: "protocol", message: `inputs of type ${layout.dtype} cannot be passed` });
  }
  const count = layout.shape.reduce((product, dim) => product * dim, 1);
  const data = new TYPED_ARRAYS[layout.dtype](count);
  const tensor = new runtime.Tensor(layout.dtype, data, layout.shape);
  return { tensor, bytes: new Uint8Array(data.buffer) };
}
