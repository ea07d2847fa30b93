import { encodeModel } from "@glia/sdk";

import { Sketch } from "../../sdk/src/exact/canonicalise/testing.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";

/** Small exact models, at most a few kilobytes each, which together have both forms of files and every kind of node. */
export const FUZZ_SEEDS: readonly Uint8Array[] = [network(), operators(), elementwise(), movement()].map((sketch) =>
  encodeModel(sketch.model()),
);

/** Convolution, Relu, pooling and a matrix product between Q and DQ; a softmax stays with the client. */
function network(): Sketch {
  const s = new Sketch();
  const random = createRandom(1);
  const x = s.pair(s.input("x", ["N", 1, 4, 4]), 0.25, 3);
  const bias = s.node("DequantizeLinear", [s.bytes("int32", [100, -20]), s.floats([0.125, 0.0625])], { axis: 0n });
  const conv = s.node("Conv", [x, s.weights(random, [2, 1, 2, 2], [0.5, 0.25]), bias], { pads: [1n, 1n, 0n, 0n] });
  const pooled = s.node("MaxPool", [s.pair(s.node("Relu", [conv]), 0.5, 0)], {
    kernel_shape: [2n, 2n],
    strides: [2n, 2n],
  });
  const flat = s.node("Flatten", [s.pair(pooled, 0.5, 0)]);
  const product = s.node("MatMul", [flat, s.weights(random, [8, 2], [0.125], 1)]);
  s.node("Softmax", [s.pair(product, 0.5, 128)], {}, { output: "y" });
  return s.output("y", ["N", 2]);
}

/** QLinear operators from bytes to bytes. */
function operators(): Sketch {
  const s = new Sketch();
  const q = (scale: number, zero: number) => [s.floats([scale]), s.bytes("uint8", [zero])];
  const weights = [s.bytes("uint8", [1, 200, 30, 128, 9, 77, 255, 0], [2, 2, 1, 2]), ...q(0.125, 128)];
  const x = s.input("x", [1, 2, 3, 3], "uint8");
  const conv = s.node("QLinearConv", [x, ...q(0.5, 7), ...weights, ...q(1, 100), s.bytes("int32", [5, -9])]);
  const flat = s.node("Reshape", [conv, s.ints([1, -1])]);
  const matrix = [
    s.bytes(
      "int8",
      Array.from({ length: 36 }, (_, i) => i - 20),
      [12, 3],
    ),
    s.floats([0.25]),
    s.bytes("int8", [0]),
  ];
  s.node("QLinearMatMul", [flat, ...q(1, 100), ...matrix, ...q(2, 128)], {}, { output: "y" });
  return s.output("y", [1, 3], "uint8");
}

/** Sums, products and functions of one variable. */
function elementwise(): Sketch {
  const s = new Sketch();
  const a = s.pair(s.input("a", [1, 2, 2, 2]), 0.25, 128);
  const b = s.pair(s.input("b", [1, 2, 1, 1]), 0.5, 10);
  const sum = s.pair(s.node("Add", [a, b]), 0.5, 99);
  const gate = s.pair(s.node("Sigmoid", [sum]), 1 / 256, 0);
  const product = s.pair(s.node("Mul", [a, gate]), 0.25, 128);
  s.node("Clip", [product, s.floats([-3]), s.floats([3])], {}, { output: "y" });
  return s.output("y", [1, 2, 2, 2]);
}

/** Elements are moved and the largest is found. */
function movement(): Sketch {
  const s = new Sketch();
  const x = s.quantise(s.input("x", [1, 3, 2, 2]), 0.5, 1);
  const turned = s.node("Transpose", [x], { perm: [0n, 2n, 1n, 3n] });
  const back = s.node("Transpose", [turned], { perm: [0n, 2n, 1n, 3n] });
  const joined = s.node("Concat", [back, x], { axis: 1n });
  const cut = s.node("Slice", [joined, s.ints([4]), s.ints([-100]), s.ints([1]), s.ints([-2])]);
  const padded = s.node("Pad", [cut, s.ints([0, 1, 0, 0, 0, 0, 1, 0]), s.bytes("uint8", [7])]);
  const picked = s.node("Gather", [padded, s.ints([2, 0, -1])], { axis: 1n });
  s.node("ArgMax", [picked], { axis: 1n, keepdims: 1n }, { output: "y" });
  return s.output("y", [1, 1, 3, 2], "int64");
}
