import type { InferenceSession, Tensor } from "onnxruntime-node";
import type * as OnnxRuntime from "onnxruntime-node";
import type { Channel } from "./channel.ts";
import { asFailure, WorkerFailure } from "./failure.ts";
import { type BeginRequest, FRAME, readUint32, type TensorLayout } from "./frames.ts";
import { ItemReader } from "./item-reader.ts";
import { OutputWriter } from "./outputs.ts";
import { isRuntimeDType, TYPED_ARRAYS } from "./typed-arrays.ts";

/**
 * ONNX Runtime's binding runs each item in a turn of the event loop. Asking for several at once saves most of the turns,
 * which for a small model cost a tenth of its time; they still run one after the other, and each one's outputs are
 * taken before the next one runs.
 */
const QUEUED_RUNS = 16;
/** All queued items together take at most this much memory, or there is only one. */
const QUEUED_BYTES = 256 * 1024;

/** Input tensors that are made once and refilled, and the bytes behind them. */
interface Lane {
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly targets: readonly Uint8Array[];
}

/** Runs every item of one batch in order. */
export async function runBatch(
  channel: Channel,
  runtime: typeof OnnxRuntime,
  session: InferenceSession,
  request: BeginRequest,
): Promise<void> {
  const lanes = makeLanes(runtime, request);
  const writer = new OutputWriter(channel, session.outputNames, request.maxOutputBytes);
  const reader = new ItemReader(request);
  for (let item = 0, ready = 0; item < request.items;) {
    if (item === ready) {
      // The node may be waiting for these outputs before it uses their items' slots again.
      writer.flush();
      ready += readUint32(channel.expect(FRAME.input));
    }
    const first = item;
    const runs = lanes.slice(0, ready - first).map(({ feeds, targets }, i) => {
      reader.read(first + i, ready, targets);
      return session.run(feeds);
    });
    // The first failure ends the batch; those behind it are nobody's.
    for (const run of runs) run.catch(() => undefined);
    for (const run of runs) {
      try {
        writer.add(item, await run);
      } catch (error) {
        throw asFailure(error, "run", item);
      }
      item++;
    }
  }
  writer.flush();
}

function makeLanes(runtime: typeof OnnxRuntime, { items, itemBytes, inputs }: BeginRequest): Lane[] {
  const fitting = Math.floor(QUEUED_BYTES / Math.max(1, itemBytes));
  return Array.from({ length: Math.max(1, Math.min(QUEUED_RUNS, items, fitting)) }, () => {
    const tensors = inputs.map((layout) => ({ name: layout.name, ...allocate(runtime, layout) }));
    return {
      feeds: Object.fromEntries(tensors.map(({ name, tensor }) => [name, tensor])),
      targets: tensors.map(({ bytes }) => bytes),
    };
  });
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
