import { createRandom } from "../../random.ts";
import type { Random } from "../../random.ts";
import { Sketch } from "./sketch.ts";

/** A small model with one u8 (or i8) input "x" and one output "y" of bytes, and the kinds of node that it becomes. */
export interface Case {
  readonly name: string;
  readonly kinds: string;
  readonly sketch: Sketch;
  /** By how much a byte may differ from that of ONNX Runtime on the file as it is. */
  readonly within: number;
}

export type Build = (s: Sketch, x: string, random: Random) => string;

interface Options {
  readonly dims?: readonly number[];
  readonly type?: "uint8" | "int8";
  /** Scale and zero point of the result. */
  readonly scale?: number;
  readonly zero?: number;
  readonly within?: number;
  readonly opset?: number;
}

const IMAGE = [1, 3, 6, 5];
export const MATRIX = [4, 6];

/** DequantizeLinear → what `build` makes → QuantizeLinear. */
export function qdq(name: string, kinds: string, build: Build, options: Options = {}): Case {
  // Floats round on the way; the law rounds once. So a tie may fall to the other side.
  const { dims = IMAGE, type = "uint8", scale = 0.05, zero = 120, within = 1 } = options;
  const s = new Sketch();
  const shift = type === "int8" ? 128 : 0;
  const x = s.dequantise(s.input("x", dims, type), 0.03, 130 - shift, type);
  s.quantise(build(s, x, createRandom(7)), scale, zero - shift, type, "y");
  s.output("y", [], type);
  return { name, kinds, sketch: s, within };
}

/** Bytes → what `build` makes, whose last node is called "y". */
export function bytes(name: string, kinds: string, build: Build, options: Options = {}): Case {
  const { dims = IMAGE, type = "uint8", within = 0 } = options;
  const s = new Sketch();
  build(s, s.input("x", dims, type), createRandom(7));
  s.output("y", [], type);
  return { name, kinds, sketch: s, within };
}

export const microsoft = { domain: "com.microsoft", output: "y" };
export const Y = { output: "y" };
export const ints = (...values: number[]): bigint[] => values.map(BigInt);
export const scale = (s: Sketch, value: number) => s.floats([value]);
export const zero = (s: Sketch, value: number) => s.bytes("uint8", [value]);
export const range = (random: Random, count: number, low: number, high: number) =>
  Array.from({ length: count }, () => low + random.below(high - low + 1));

export function batchNorm(s: Sketch, x: string): string {
  const constants = [
    [0.5, -1, 2],
    [0.1, 0.2, 0.3],
    [1, 0, -1],
    [0.5, 1, 2],
  ].map((values) => s.floats(values));
  return s.node("BatchNormalization", [x, ...constants]);
}
