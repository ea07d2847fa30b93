/** Jobs for the tests of the node: a small real ONNX model, real batches, a buyer with the SDK's client. */
import {
  batchHeaderOf,
  createTensor,
  encodeModel,
  type Item,
  makeFloats,
  makeGraph,
  makeModel,
  makeNode,
  makeValue,
  type RunOptions,
  writeBatchFile,
} from "@glia/sdk";
import type { Address } from "viem";

let made = 0;

/** y = 2·x + b, elementwise over four floats; `b` differs from model to model. */
export function smallModel(b: number): Uint8Array {
  const graph = makeGraph(
    [makeNode("Add", ["x", "x"], ["double"]), makeNode("Add", ["double", "b"], ["y"])],
    [makeValue("x", "float32", [1, 4])],
    [makeValue("y", "float32", [1, 4])],
    [makeFloats("b", [1, 4], [b, b, b, b])],
  );
  return encodeModel(makeModel(graph));
}

/** A batch file of `count` items for {@link smallModel}. */
export async function smallBatch(count: number, seed: number): Promise<Uint8Array> {
  const items: Item[] = Array.from({ length: count }, (_, index) => {
    const values = Float32Array.from([seed, index, 0.5, -1]);
    return new Map([["x", createTensor("float32", [1, 4], new Uint8Array(values.buffer))]]);
  });
  const [first] = items;
  if (first === undefined) throw new Error("A batch has at least one item.");
  const parts: Uint8Array[] = [];
  for await (const part of writeBatchFile(batchHeaderOf(first, count), items)) parts.push(part);
  return Buffer.concat(parts);
}

/** A job that no other test has: its model and its inputs are new. */
export async function nodeJob(token: Address, change: Partial<RunOptions> = {}): Promise<RunOptions> {
  made += 1;
  return {
    model: smallModel(made),
    inputs: await smallBatch(3, made),
    maxItemOutputBytes: 16,
    quoteTimeout: 15_000,
    ...change,
    terms: { token, maxPrice: 50_000n, ...change.terms },
  };
}
