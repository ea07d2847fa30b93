/**
 * Two lies that the demo's fourth provider tells, between a shipped node and its inference engine. The node does not know: it commits to,
 * reveals and defends what comes out here, and its answers in a dispute tell the same lies, since they come from here too.
 */
import { createInferenceEngine, type Inference, type OutputChunk, type ReadyModel } from "@glia/provider/inference";
import { tensorSize, type TensorSpec } from "@glia/sdk";
import type { ExactModel } from "@glia/sdk/exact";

import { cheaperModel } from "./cheaper-model.ts";
import { createTricks, type Tricks } from "./tricks.ts";

/** Turns an honest engine into one that lies about exact models. */
export function cheat(honest: Inference): Inference {
  const tricks = createTricks();
  // An engine of its own: the honest one keeps one worker for each file, whatever model was found in it.
  let second: Promise<Inference> | undefined;
  const other = (): Promise<Inference> => (second ??= createInferenceEngine());
  return {
    sandbox: honest.sandbox,
    selfTest: () => honest.selfTest(),
    inspect: (model) => honest.inspect(model),
    async load(file, options = {}) {
      const { exact, trace = false } = options;
      const right = await honest.load(file, options);
      if (exact === undefined) return right;
      const wrong = await (await other()).load(file, { ...options, exact: cheaperModel(exact) });
      return liar(right, wrong, tricks, outputName(exact, trace));
    },
    async close() {
      await honest.close();
      await (await second)?.close();
    },
  };
}

/** What the first output is called in a run: its name, or in a trace the number of its tensor. */
function outputName({ outputs }: ExactModel, trace: boolean): string {
  const [first] = outputs;
  return trace ? String(first?.tensor) : (first?.name ?? "");
}

function liar(right: ReadyModel, wrong: ReadyModel, tricks: Tricks, output: string): ReadyModel {
  return {
    selfTest: right.selfTest,
    async *run(request, options) {
      const items = await itemsOf(request.bytes, request.inputs, request.items);
      const played = tricks.of(items);
      const model = played.includes("cheaper") ? wrong : right;
      let done = 0;
      for await (const chunk of model.run({ ...request, bytes: items }, options)) {
        const here = played.slice(done, done + chunk.items);
        done += chunk.items;
        yield here.includes("flip") ? flipped(chunk, here.indexOf("flip"), output) : chunk;
      }
    },
  };
}

/** One bit of one output of one item, the other way round. */
function flipped(chunk: OutputChunk, item: number, output: string): OutputChunk {
  const sizes = chunk.layout.map(({ shape }) => shape.reduce((product, length) => product * length, 1));
  const before = chunk.layout.findIndex(({ name }) => name === output);
  const offset = sizes.slice(0, before).reduce((sum, size) => sum + size, 0);
  const bytes = chunk.bytes.slice();
  const at = item * (bytes.length / chunk.items) + offset;
  bytes[at] = (bytes[at] ?? 0) ^ 0x80;
  return { ...chunk, bytes };
}

async function itemsOf(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  inputs: readonly TensorSpec[],
  count: number,
): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  const all = Buffer.concat(parts);
  const size = inputs.reduce((sum, { dtype, shape }) => sum + tensorSize(dtype, shape), 0);
  return Array.from({ length: count }, (_, index) => all.subarray(index * size, (index + 1) * size));
}
