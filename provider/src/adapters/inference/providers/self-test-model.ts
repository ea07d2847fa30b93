import { encodeModel, makeFloats, makeGraph, makeModel, makeNode, makeValue, type TensorSpec } from "@glia/sdk";

const input: TensorSpec = { name: "x", dtype: "float32", shape: [1, 4] };
const WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => n / 8);

/**
 * y = relu(x · w + b): one matrix product, one broadcast, one elementwise operator. All numbers are small multiples of a
 * power of two, so the right answer is the same to the last bit on every correct machine.
 */
function model(): Uint8Array {
  const nodes = [
    makeNode("MatMul", ["x", "w"], ["xw"]),
    makeNode("Add", ["xw", "b"], ["sum"]),
    makeNode("Relu", ["sum"], ["y"]),
  ];
  const weights = [makeFloats("w", [4, 3], WEIGHTS), makeFloats("b", [3], [0.5, -40, 0.25])];
  const graph = makeGraph(nodes, [makeValue("x", "float32", [1, 4])], [makeValue("y", "float32", [1, 3])], weights);
  return encodeModel(makeModel(graph));
}

export const SELF_TEST = {
  model,
  input,
  values: Float32Array.of(1, 2, 3, 4),
  expected: [9.25, 0, 11.5],
  /** GPUs may round products to 10 bits of mantissa (TF32). */
  tolerance: 0.05,
} as const;
