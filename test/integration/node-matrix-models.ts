/** ONNX files whose exact model has a node of a kind as its first: small ones, and some with an element that no transaction can recompute. */
import { encodeModel } from "@glia/sdk";
import { Sketch } from "../../sdk/src/exact/canonicalise/testing/sketch.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import type { Kind } from "../matrix/cells.ts";

export interface FileOptions {
  /** Name of the output. */
  readonly output: string;
  readonly long: boolean;
  /** A table stands between the node and the output. */
  readonly behind: boolean;
  readonly seed: number;
}

export function fileOf(kind: Kind, { output, long, behind, seed }: FileOptions): Uint8Array {
  const s = new Sketch();
  const random = createRandom(seed);
  const x = (...dims: number[]): string => s.input("x", dims, "uint8");
  const real = (...dims: number[]): string => s.dequantise(x(...dims), 1 / 64, 128);
  const weights = (...dims: number[]): string => {
    const size = dims.reduce((product, length) => product * length, 1);
    const values = Array.from({ length: size }, () => random.below(long ? 3 : 127) - (long ? 1 : 63));
    return s.node("DequantizeLinear", [s.bytes("int8", values, dims), s.floats([1 / 64]), s.bytes("int8", [0])]);
  };
  /** The uint8 output of the real tensor. */
  const end = (tensor: string, dims: readonly number[], scale = 1, zero = 128): Uint8Array => {
    const relu = behind ? s.node("Relu", [s.pair(tensor, scale, zero)]) : tensor;
    s.quantise(relu, scale, zero, "uint8", output);
    return encodeModel(s.output(output, dims, "uint8").model());
  };
  switch (kind) {
    case "matrix product": {
      const length = long ? 60_000 : 24;
      return end(s.node("MatMul", [real(1, length), weights(length, 40)]), [1, 40]);
    }
    case "convolution":
      return long
        ? end(s.node("Conv", [real(1, 5_800, 3, 3), weights(1, 5_800, 3, 3)]), [1, 1, 1, 1])
        : end(s.node("Conv", [real(1, 8, 5, 5), weights(40, 8, 3, 3)]), [1, 40, 3, 3]);
    case "depthwise convolution":
      return long
        ? end(s.node("Conv", [real(1, 2, 56, 56), weights(2, 1, 56, 56)], { group: 2n }), [1, 2, 1, 1])
        : end(s.node("Conv", [real(1, 8, 5, 5), weights(8, 1, 3, 3)], { group: 8n }), [1, 8, 3, 3]);
    case "AddMul": {
      const other = s.dequantise(s.input("z", [1, 8, 3, 3], "uint8"), 1 / 32, 100);
      return end(s.node("Add", [real(1, 8, 3, 3), other]), [1, 8, 3, 3], 1 / 16);
    }
    case "Table":
      return end(s.node("Sigmoid", [real(1, 8, 3, 3)]), [1, 8, 3, 3], 1 / 128, 0);
    case "MaxPool": {
      const size = long ? 64 : 2;
      const attributes = { kernel_shape: [BigInt(size), BigInt(size)], strides: [BigInt(size), BigInt(size)] };
      return long
        ? end(s.node("MaxPool", [real(1, 32, 64, 64)], attributes), [1, 32, 1, 1], 1 / 64)
        : end(s.node("MaxPool", [real(1, 8, 6, 6)], attributes), [1, 8, 3, 3], 1 / 64);
    }
    case "ArgMax":
      s.node("ArgMax", [x(1, 6, 5, 5)], { axis: 1n }, { output });
      return encodeModel(s.output(output, [1, 1, 5, 5], "int64").model());
    case "view":
      return end(s.node("Transpose", [real(1, 8, 3, 5)], { perm: [0n, 2n, 3n, 1n] }), [1, 3, 5, 8], 1 / 64);
    case "select":
      return end(s.node("Gather", [real(1, 8, 3, 3), s.ints([5, 0, 0, 7, 2])], { axis: 1n }), [1, 5, 3, 3], 1 / 64);
  }
}
