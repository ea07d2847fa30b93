/** A provider that lies, for tests: its results differ from what the model computes, and so do the traces it answers challenges from. */
import type { Inference, OutputChunk, ReadyModel } from "../../provider/src/inference.ts";

/**
 * Flips the lowest bit of the first byte of the first output of every item of exact models, in results and in traces alike, so that the
 * lie is one that holds together.
 */
export function lyingEngine(engine: Inference): Inference {
  return {
    sandbox: engine.sandbox,
    selfTest: () => engine.selfTest(),
    inspect: (model) => engine.inspect(model),
    close: () => engine.close(),
    async load(model, options = {}) {
      const { exact, trace = false } = options;
      const loaded = await engine.load(model, options);
      const tensor = exact?.outputs[0]?.tensor;
      if (exact === undefined || tensor === undefined) return loaded;
      // A trace has the nodes' outputs, numbered from behind the inputs; a result the model's outputs.
      return lying(loaded, trace ? tensor - exact.inputs.length : 0);
    },
  };
}

function lying(model: ReadyModel, position: number): ReadyModel {
  return {
    selfTest: model.selfTest,
    async *run(request, options) {
      for await (const chunk of model.run(request, options)) yield flipped(chunk, position);
    },
  };
}

function flipped({ layout, items, bytes }: OutputChunk, position: number): OutputChunk {
  const sizes = layout.map(({ shape }) => shape.reduce((product, length) => product * length, 1));
  const size = sizes.reduce((sum, one) => sum + one, 0);
  const place = sizes.slice(0, position).reduce((sum, one) => sum + one, 0);
  const changed = bytes.slice();
  for (let item = 0; item < items; item++) {
    const at = item * size + place;
    changed[at] = (changed[at] ?? 0) ^ 1;
  }
  return { layout, items, bytes: changed };
}
