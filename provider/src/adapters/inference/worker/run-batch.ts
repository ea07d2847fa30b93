import type { Channel } from "./channel.ts";
import { asFailure } from "./failure.ts";
import { type BeginRequest, type ExactSelfTest, FRAME, readUint32 } from "./frames.ts";
import { ItemReader } from "./item-reader.ts";
import { type OutputTensor, OutputWriter } from "./outputs.ts";

/** Place for one item's inputs, made once and filled again and again, and what computes its outputs from them. */
export interface Lane {
  /** The input tensors' bytes, in the batch's order. */
  readonly targets: readonly Uint8Array[];
  run(): Promise<Readonly<Record<string, OutputTensor>>>;
}

/** A model that is ready to run. */
export interface LoadedInference {
  readonly outputNames: readonly string[];
  readonly selfTest?: ExactSelfTest;
  /** As many lanes as may be filled and started before the first one's outputs are taken; at least 1. */
  makeLanes(request: BeginRequest): readonly Lane[];
}

/** Runs every item of one batch in order. */
export async function runBatch(channel: Channel, loaded: LoadedInference, request: BeginRequest): Promise<void> {
  const lanes = loaded.makeLanes(request);
  const writer = new OutputWriter(channel, loaded.outputNames, request.maxOutputBytes);
  const reader = new ItemReader(request);
  for (let item = 0, ready = 0; item < request.items;) {
    if (item === ready) {
      // The node may be waiting for these outputs before it uses their items' slots again.
      writer.flush();
      ready += readUint32(channel.expect(FRAME.input));
    }
    const first = item;
    const runs = lanes.slice(0, ready - first).map((lane, i) => {
      reader.read(first + i, ready, lane.targets);
      return lane.run();
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
