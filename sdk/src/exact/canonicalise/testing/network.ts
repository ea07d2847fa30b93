import { createRandom } from "../../random.ts";
import { Sketch } from "./sketch.ts";

/** A small network in QDQ form: Conv, Relu, MaxPool, a residual Add, Flatten, Gemm, softmax at the end. */
export function network(): Sketch {
  const random = createRandom(1);
  const s = new Sketch();
  const x = s.pair(s.input("x", ["N", 2, 8, 8]), 0.02, 128);
  const bias = s.floats([0.1, -0.2, 0.3]);
  const conv = s.node("Conv", [x, s.weights(random, [3, 2, 3, 3], [0.01, 0.02, 0.03]), bias], {
    pads: [1n, 1n, 1n, 1n],
  });
  const relu = s.node("Relu", [conv]);
  const pool = s.node("MaxPool", [relu], { kernel_shape: [2n, 2n], strides: [2n, 2n] });
  const a = s.pair(pool, 0.05, 0);
  const second = s.node("Conv", [a, s.weights(random, [3, 3, 1, 1], [0.015])]);
  const b = s.pair(second, 0.04, 100);
  const sum = s.pair(s.node("Add", [a, b]), 0.06, 90);
  const flat = s.node("Flatten", [sum]);
  const logits = s.node("Gemm", [flat, s.weights(random, [5, 48], [0.01]), s.floats([1, 2, 3, 4, 5])], { transB: 1n });
  const y = s.node("Softmax", [s.pair(logits, 0.1, 128)], {}, { output: "y" });
  s.output(y, ["N", 5]);
  return s;
}
