import assert from "node:assert/strict";
import * as ort from "onnxruntime-node";
import { ortFloatRunner } from "../../sdk/src/exact/index.ts";
import { readGraph, writeGraph } from "../../sdk/src/exact/quantise/graph.ts";
import { prepareGraph } from "../../sdk/src/exact/quantise/prepare.ts";
import { upgradeGraph } from "../../sdk/src/exact/quantise/upgrade.ts";
import { decodeModel } from "../../sdk/src/onnx/index.ts";
import { fromElements, readElements } from "../../sdk/src/tensors/index.ts";
import type { Item } from "../../sdk/src/tensors/index.ts";
import { Sketch } from "./quantise-networks.ts";

const runFloat = ortFloatRunner(ort);
const SHAPE = [1, 4, 6, 6];

async function run(file: Uint8Array): Promise<[string, readonly number[], number[]][]> {
  const values = Array.from({ length: 144 }, (_, k) => Math.sin(k * 1.7) * 3);
  const item: Item = new Map([["x", fromElements("float32", SHAPE, values)]]);
  const outputs = (await runFloat(file, [item])[Symbol.asyncIterator]().next()).value as Item;
  return [...outputs].map(([name, tensor]) => [name, tensor.shape, Array.from(readElements(tensor), Number)]);
}

/** Old form of an operator: its operator set and a graph whose last node is the output. */
const OLD: readonly (readonly [name: string, opset: number, build: (s: Sketch) => string])[] = [
  ["Clip", 7, (s) => s.node("Clip", ["x"], { min: -1, max: 2 })],
  ["Clip without a lower bound", 10, (s) => s.node("Clip", ["x"], { max: 2 })],
  ["Pad", 10, (s) => s.node("Pad", ["x"], { pads: [0n, 0n, 1n, 0n, 0n, 0n, 0n, 2n], value: 1.5 })],
  ["Slice", 9, (s) => s.node("Slice", ["x"], { starts: [1n, -3n], ends: [3n, 1000n], axes: [1n, 3n] })],
  ["Slice of all axes", 7, (s) => s.node("Slice", ["x"], { starts: [0n, 1n], ends: [1n, 2n] })],
  ["Split", 11, (s) => s.node("Split", ["x"], { axis: 1n, split: [1n, 3n] }, 2)],
  ["Squeeze and Unsqueeze", 11, (s) => s.node("Unsqueeze", [s.node("Squeeze", ["x"], { axes: [0n] })], { axes: [1n] })],
  ["ReduceSum", 11, (s) => s.node("ReduceSum", ["x"], { axes: [2n, 3n], keepdims: 0n })],
  ["TopK", 9, (s) => s.node("TopK", ["x"], { k: 2n, axis: 1n }, 2)],
  ["Softmax", 9, (s) => s.node("Softmax", ["x"])],
  ["LogSoftmax along a later axis", 12, (s) => s.node("LogSoftmax", ["x"], { axis: 3n })],
  ["Softmax along the last axis", 12, (s) => s.node("Softmax", ["x"], { axis: -1n })],
  ["Upsample by an attribute", 7, (s) => s.node("Upsample", ["x"], { mode: "nearest", scales: [1, 1, 2, 3] })],
  ["Upsample by an input", 9, (s) => s.node("Upsample", ["x", s.floats([4], [1, 1, 2, 2])], { mode: "nearest" })],
  ["Resize", 10, (s) => s.node("Resize", ["x", s.floats([4], [1, 1, 2, 2])], { mode: "nearest" })],
  ["Dropout", 9, (s) => s.node("Abs", [s.node("Dropout", ["x"], { ratio: 0.5 })])],
  ["BatchNormalization", 8, (s) => s.batchNorm("x", 4)],
];

describe("an old ONNX file in operator set 13", () => {
  for (const [name, opset, build] of OLD)
    it(`computes the same: ${name} of operator set ${opset}`, async () => {
      const s = new Sketch(3);
      const output = build(s);
      const old = s.file(SHAPE, { [output]: 4 }, opset);
      const upgraded = writeGraph(upgradeGraph(readGraph(old)));
      assert.equal(decodeModel(upgraded).opsetImport[0]?.version, 13n);
      assert.deepEqual(await run(upgraded), await run(old));
    });
});

/** What is folded, and which operators remain. */
const FOLDED: readonly (readonly [name: string, remaining: readonly string[], build: (s: Sketch) => string])[] = [
  ["BatchNormalization into Conv", ["Conv"], (s) => s.batchNorm(s.conv("x", 4, 6, 3), 6)],
  [
    "Mul, Sub, Div and Add into a grouped Conv",
    ["Conv"],
    (s) => {
      const scaled = s.node("Mul", [s.conv("x", 4, 8, 3, {}, 2), s.normal([8, 1, 1])]);
      const less = s.node("Sub", [s.normal([1, 8, 1, 1]), scaled]);
      return s.node("Add", [s.normal([1]), s.node("Div", [less, s.floats([], [-1.5])])]);
    },
  ],
  [
    "alpha, beta and a transposed matrix into Gemm, with the normalisation behind it",
    ["Flatten", "Gemm"],
    (s) => {
      const inputs = [s.node("Flatten", ["x"]), s.normal([5, 144], 0.1), s.floats([1], [0.5])];
      return s.batchNorm(s.node("Gemm", inputs, { transB: 1n, alpha: 0.5, beta: 2 }), 5);
    },
  ],
  [
    "MatMul and Add of a matrix to Gemm",
    ["Flatten", "Gemm"],
    (s) => s.node("Add", [s.normal([1, 5]), s.node("MatMul", [s.node("Flatten", ["x"]), s.normal([144, 5], 0.1)])]),
  ],
  [
    "Mul into a MatMul of four dimensions, whose bias stays",
    ["MatMul", "Add"],
    (s) =>
      s.node("Add", [s.node("Mul", [s.node("MatMul", ["x", s.normal([6, 5])]), s.floats([], [3])]), s.normal([5])]),
  ],
  [
    "BatchNormalization before a contraction to Mul and Add",
    ["Mul", "Add", "Conv"],
    (s) => s.conv(s.batchNorm("x", 4), 4, 2, 1),
  ],
  [
    "BatchNormalization behind a sum to a convolution of single channels",
    ["Conv", "Conv", "Add", "Conv"],
    (s) => s.batchNorm(s.node("Add", [s.conv("x", 4, 4, 3), s.conv("x", 4, 4, 1)]), 4),
  ],
  [
    "nothing behind a softmax, which is the client's",
    ["Conv", "Softmax", "Mul"],
    (s) => s.node("Mul", [s.node("Softmax", [s.conv("x", 4, 4, 3)], { axis: 1n }), s.normal([4, 1, 1])]),
  ],
  [
    "constants, Identity and Dropout away",
    ["Conv"],
    (s) => {
      const weights = s.node("Reshape", [s.normal([8, 3]), s.ints(6, 4, 1, 1)]);
      return s.node("Conv", [s.node("Dropout", [s.node("Identity", ["x"])]), s.node("Identity", [weights])]);
    },
  ],
  [
    "Dropout with a mask that nobody reads away, and one that gives the output to Identity",
    ["Conv", "Clip", "Identity"],
    (s) => {
      const dropped = s.node("Dropout", [s.conv("x", 4, 4, 3)], {}, 2);
      return s.node("Dropout", [s.node("Clip", [dropped, "", s.floats([], [1])])], {}, 2);
    },
  ],
];

describe("a network made ready for quantisation", () => {
  for (const [name, remaining, build] of FOLDED)
    it(`computes the same after folding ${name}`, async () => {
      const s = new Sketch(4);
      const output = build(s);
      const file = s.file(SHAPE, { [output]: 4 }, 13);
      const graph = prepareGraph(file);
      assert.deepEqual(
        graph.nodes.map(({ opType }) => opType),
        remaining,
      );
      const [[, shape, ours] = [], [, expectedShape, expected] = []] = [
        (await run(writeGraph(graph)))[0],
        (await run(file))[0],
      ];
      assert.deepEqual(shape, expectedShape);
      expected?.forEach((value, i) =>
        assert.ok(Math.abs(value - (ours?.[i] ?? NaN)) < 1e-4 * Math.max(1, Math.abs(value))),
      );
    });

  it("keeps what a second reader or an output needs", async () => {
    const s = new Sketch(5);
    const conv = s.conv("x", 4, 4, 1);
    const sum = s.node("Add", [s.batchNorm(conv, 4), conv]);
    const file = s.file(SHAPE, { [sum]: 4, [conv]: 4 }, 13);
    const [ours, theirs] = [await run(writeGraph(prepareGraph(file))), await run(file)];
    ours.forEach(([name, shape, values], k) => {
      assert.deepEqual([name, shape], theirs[k]?.slice(0, 2));
      values.forEach((value, i) => assert.ok(Math.abs(value - (theirs[k]?.[2][i] ?? NaN)) < 1e-4));
    });
  });
});
