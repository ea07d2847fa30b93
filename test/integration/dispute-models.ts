/** Small exact models for disputes: one of several kinds of node, and two whose elements are too long to be proven in one transaction. */
import { encodeModel } from "@glia/sdk";

import { Sketch } from "../../sdk/src/exact/canonicalise/testing/sketch.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";

/** A convolution, a Relu, another convolution and a largest element per window; `x` is uint8 [1, 2, 8, 8]. */
export function mixedFile(seed: number): Uint8Array {
  const random = createRandom(seed);
  const s = new Sketch();
  const x = s.dequantise(s.input("x", [1, 2, 8, 8], "uint8"), 1 / 64, 128);
  const pads = { pads: [1n, 1n, 1n, 1n] };
  const first = s.pair(s.node("Conv", [x, s.weights(random, [32, 2, 3, 3], [1 / 128])], pads), 1 / 32, 100);
  const relu = s.pair(s.node("Relu", [first]), 1 / 32, 0);
  const second = s.pair(s.node("Conv", [relu, s.weights(random, [40, 32, 1, 1], [1 / 256])]), 1 / 32, 90);
  const pool = s.node("MaxPool", [second], { kernel_shape: [2n, 2n], strides: [2n, 2n] });
  s.output(s.quantise(pool, 1 / 32, 90, "uint8", "y"), [1, 40, 4, 4], "uint8");
  return encodeModel(s.model());
}

/** A dot product of 60,000 bytes; `x` is uint8 [1, 60000]. */
export function longDotFile(seed: number): Uint8Array {
  const random = createRandom(seed);
  const s = new Sketch();
  const length = 60_000;
  const x = s.dequantise(s.input("x", [1, length], "uint8"), 1 / 64, 0);
  const values = s.bytes(
    "int8",
    Array.from({ length }, () => random.below(3) - 1),
    [length, 1],
  );
  const weights = s.node("DequantizeLinear", [values, s.floats([1 / 64]), s.bytes("int8", [0])]);
  s.output(s.quantise(s.node("MatMul", [x, weights]), 1, 128, "uint8", "y"), [1, 1], "uint8");
  return encodeModel(s.model());
}

/** The largest of 64 × 64 pixels; `x` is uint8 [1, 32, 64, 64]. */
export function longPoolFile(): Uint8Array {
  const s = new Sketch();
  const x = s.dequantise(s.input("x", [1, 32, 64, 64], "uint8"), 1 / 64, 0);
  const pool = s.node("MaxPool", [x], { kernel_shape: [64n, 64n] });
  s.output(s.quantise(pool, 1 / 64, 0, "uint8", "y"), [1, 32, 1, 1], "uint8");
  return encodeModel(s.model());
}
