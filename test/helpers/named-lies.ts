/** A provider that lies as the name of a model's first output says, for tests: one node then plays every fault that a node can commit to. */
import type { ExactModel } from "@glia/sdk/exact";
import type { Inference, OutputChunk, ReadyModel } from "../../provider/src/inference.ts";
import { otherNode } from "../matrix/models.ts";

/** Names of a first output, and what they make the node do. Any other name is computed as it should be. */
export const LIES = {
  "a wrong output": "wrong_output",
  "a wrong trace with the right output": "wrong_trace",
  "the trace of another item": "other_item",
  "the right trace of another model": "other_model",
  "an index behind the end": "no_index",
} as const;

/** Wraps an engine. The lie is about node 0, in results and in traces alike, so that it holds together. */
export function namedLies(engine: Inference): Inference {
  return {
    sandbox: engine.sandbox,
    selfTest: () => engine.selfTest(),
    inspect: (model) => engine.inspect(model),
    close: () => engine.close(),
    async load(model, options = {}) {
      const { exact, trace = false } = options;
      const output = exact?.outputs[0];
      if (exact === undefined || output === undefined) return engine.load(model, options);
      if (output.name === LIES["the right trace of another model"])
        return engine.load(model, { ...options, exact: otherModel(exact) });
      const loaded = await engine.load(model, options);
      // A trace begins with node 0; a result is what the model's only output says.
      switch (output.name) {
        case LIES["a wrong output"]:
          return changed(loaded, (byte) => byte ^ 1);
        case LIES["an index behind the end"]:
          return changed(loaded, () => 200);
        case LIES["a wrong trace with the right output"]:
          return trace ? changed(loaded, (byte) => byte ^ 1) : loaded;
        case LIES["the trace of another item"]:
          return ofOthers(loaded);
        default:
          return loaded;
      }
    },
  };
}

function otherModel(exact: ExactModel): ExactModel {
  const [node] = exact.nodes;
  return node === undefined ? exact : { ...exact, nodes: exact.nodes.with(0, otherNode(node)) };
}

function changed(model: ReadyModel, change: (byte: number) => number): ReadyModel {
  return {
    selfTest: model.selfTest,
    async *run(request, options) {
      for await (const chunk of model.run(request, options)) yield firstBytes(chunk, change);
    },
  };
}

/** The first byte of each item. */
function firstBytes({ layout, items, bytes }: OutputChunk, change: (byte: number) => number): OutputChunk {
  const copy = bytes.slice();
  const size = bytes.length / items;
  for (let item = 0; item < items; item++) copy[item * size] = change(copy[item * size] ?? 0);
  return { layout, items, bytes: copy };
}

/** Computes items of which each byte is another than was asked for. */
function ofOthers(model: ReadyModel): ReadyModel {
  return {
    selfTest: model.selfTest,
    run: ({ bytes, ...request }, options) => model.run({ ...request, bytes: others(bytes) }, options),
  };
}

async function* others(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) yield part.map((byte) => byte ^ 0x55);
}
