/** A small exact model, batches for it, and what the law makes of them, for the tests of exact jobs. */
import { batchHeaderOf, batchTree, createTensor, encodeModel, openBatchFile, writeBatchFile } from "@glia/sdk";
import type { Item, JobOutcome, RandomAccess } from "@glia/sdk";
import { canonicalise, exactItemRoot, runLaw, toPhysical } from "@glia/sdk/exact";
import type { Hex } from "viem";

import { Sketch } from "../../sdk/src/exact/canonicalise/testing/sketch.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";

/** Dimensions of one item of {@link exactFile}. */
const DIMS = [1, 2, 6, 6] as const;

/** Two convolutions, a pool and a sum between them, from float32 `x` to float32 `y`, in QDQ form; the weights follow from `seed`. */
export function exactFile(seed: number): Uint8Array {
  const random = createRandom(seed);
  const s = new Sketch();
  const x = s.pair(s.input("x", ["N", ...DIMS.slice(1)]), 1 / 64, 128);
  const pads = { pads: [1n, 1n, 1n, 1n] };
  const conv = s.node("Conv", [x, s.weights(random, [4, 2, 3, 3], [1 / 128])], pads, { name: "first" });
  const a = s.pair(s.node("Relu", [conv]), 1 / 32, 0);
  const b = s.pair(s.node("Conv", [a, s.weights(random, [4, 4, 3, 3], [1 / 256])], pads, { name: "second" }), 1 / 32, 90); // prettier-ignore
  const sum = s.pair(s.node("Add", [a, b]), 1 / 16, 100);
  const pool = s.node("MaxPool", [sum], { kernel_shape: [2n, 2n], strides: [2n, 2n] });
  const q = s.quantise(pool, 1 / 16, 100, "uint8", "y_u8");
  s.output(s.node("Identity", [s.dequantise(q, 1 / 16, 100)], {}, { output: "y" }), ["N", 4, 3, 3]);
  return encodeModel(s.model());
}

/** `count` items of floats for {@link exactFile}. */
export function exactItems(count: number, seed: number, name = "x", dims: readonly number[] = DIMS): Item[] {
  const random = createRandom(seed);
  const size = dims.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, () => {
    const values = Float32Array.from({ length: size }, () => random.between(-2, 2));
    return new Map([[name, createTensor("float32", dims, new Uint8Array(values.buffer))]]);
  });
}

/** The batch file of some items. */
export async function batchOf(items: readonly Item[]): Promise<Uint8Array> {
  const [first] = items;
  if (first === undefined) throw new Error("A batch has at least one item.");
  const parts: Uint8Array[] = [];
  for await (const part of writeBatchFile(batchHeaderOf(first, items.length), items)) parts.push(part);
  return Buffer.concat(parts);
}

/** The result root that the law gives for a job's stored inputs. */
export async function lawfulRoot(file: Uint8Array, inputs: RandomAccess): Promise<Hex> {
  const { model } = canonicalise(file);
  const roots: Hex[] = [];
  for await (const item of (await openBatchFile(inputs)).items()) {
    const tensors = model.inputs.map(({ name, dims }) => toPhysical(dims, item.get(name)?.bytes ?? new Uint8Array()));
    const made = runLaw(model, tensors);
    const outputs = model.outputs.map(({ tensor }) => made[tensor] ?? new Uint8Array());
    roots.push(await exactItemRoot(model.outputs, outputs));
  }
  return batchTree(roots).root;
}

/** All items of an outcome as the model's file declares its outputs. */
export async function decoded(outcome: JobOutcome): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of outcome.items()) items.push(item);
  return items;
}
