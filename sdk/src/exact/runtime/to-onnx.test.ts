import assert from "node:assert/strict";
import { decodeModel } from "../../onnx/index.ts";
import { FILL } from "../model.ts";
import type { ContractNode, ExactModel, ExactNode, Shape, ViewNode } from "../model.ts";
import { splitView } from "./split-view.ts";
import { segmentOf, toOnnx } from "./to-onnx.ts";

const image = (h: number, w: number, c: number): Shape => ({ n: 1, h, w, c });
const view = (base: number, ...digits: [number, number][]): ViewNode => ({
  kind: "Move",
  mode: "view",
  inputs: [0],
  shape: image(1, 1, 1),
  base,
  digits: digits.map(([radix, stride]) => ({ radix, stride })),
});

/** Operators of the canonical graph of one node, and its constants by type. */
function graphOf(node: ExactNode, ...shapes: Shape[]) {
  const port = (tensor: number, shape: Shape) => ({ name: "", tensor, dims: [], shape, scale: 1, zero: 0 });
  const inputs = shapes.map((shape, k) => port(k, shape));
  const model: ExactModel = { inputs, nodes: [node], outputs: [port(shapes.length, node.shape)] };
  const { graph } = decodeModel(toOnnx(model, segmentOf(model, [0], [shapes.length])));
  assert.deepEqual(
    graph?.output.map(({ name }) => name),
    [`t${shapes.length}`],
  );
  return {
    operators: graph?.node.map(({ opType }) => opType).join(" "),
    bytes: graph?.initializer.find(({ dims }) => dims.length === 4),
  };
}

function contract(weights: number[], wZero: number): ContractNode {
  const shape = image(1, 1, 1);
  const window = { kernelH: 1, kernelW: 1, strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, padTop: 0, padLeft: 0 };
  const [bias, multipliers] = [Int32Array.of(0), Float32Array.of(1)];
  const zeros = { xZero: 0, wZero, yZero: 0 };
  return {
    kind: "Contract",
    inputs: [0],
    shape,
    ...window,
    ...zeros,
    groups: 1,
    weights: Uint8Array.from(weights),
    bias,
    multipliers,
  };
}

describe("the canonical graph", () => {
  it("writes weights within 7 bits of their zero point as i8, others as u8", () => {
    const small = graphOf(contract([36, 100, 163], 100), image(1, 1, 3));
    assert.equal(small.operators, "QLinearConv");
    assert.deepEqual([small.bytes?.dataType, [...(small.bytes?.rawData ?? [])]], [3, [192, 0, 63]]);
    for (const beyond of [35, 164]) {
      const large = graphOf(contract([beyond, 100, 100], 100), image(1, 1, 3));
      assert.deepEqual([large.bytes?.dataType, [...(large.bytes?.rawData ?? [])]], [2, [beyond, 100, 100]]);
    }
  });

  it("writes tables that only clamp as Clip", () => {
    const table = (of: (x: number) => number): ExactNode => {
      return {
        kind: "Table",
        inputs: [0],
        shape: image(1, 1, 4),
        table: Uint8Array.from({ length: 256 }, (_, x) => of(x)),
      };
    };
    assert.equal(
      graphOf(
        table((x) => Math.max(x, 9)),
        image(1, 1, 4),
      ).operators,
      "Clip",
    );
    assert.equal(
      graphOf(
        table(() => 5),
        image(1, 1, 4),
      ).operators,
      "Clip",
    );
    const swapped = table((x) => 255 - x);
    assert.equal(graphOf(swapped, image(1, 1, 4)).operators, "Reshape Cast GatherElements Reshape");
  });

  it("writes a change of shape as one Reshape, and no more of a view than it needs", () => {
    const from = image(2, 3, 4);
    const shaped = { ...view(0, [24, 1]), shape: image(24, 1, 1) };
    assert.equal(graphOf(shaped, from).operators, "Reshape");
    const transposed = { ...view(0, [4, 1], [6, 4]), shape: image(4, 6, 1) };
    assert.equal(graphOf(transposed, from).operators, "Reshape Transpose Reshape");
    const reversed = { ...view(20, [6, -4], [4, 1]), shape: from };
    assert.equal(graphOf(reversed, from).operators, "Reshape Slice Reshape");
    const repeated = { ...view(0, [2, 0], [24, 1]), shape: image(4, 3, 4) };
    assert.equal(graphOf(repeated, from).operators, "Reshape Expand Reshape");
    const overlapping = { ...view(0, [5, 4], [8, 1]), shape: image(5, 8, 1) };
    assert.equal(graphOf(overlapping, from).operators, "Reshape GatherElements Reshape");
  });

  it("cuts and joins few runs of a select, and gathers many positions", () => {
    const select = (...sources: number[]): ExactNode => {
      const shape = image(2, sources.length, 2);
      return {
        kind: "Move",
        mode: "select",
        inputs: [0],
        shape,
        outer: 2,
        inner: 2,
        fill: 7,
        sources: Uint32Array.from(sources),
      };
    };
    const from = image(2, 40, 2);
    const all = Array.from({ length: 40 }, (_, k) => k);
    assert.equal(graphOf(select(...all), from).operators, "Reshape Reshape");
    assert.equal(
      graphOf(select(FILL, 3, 4, FILL), from).operators,
      "Reshape ConstantOfShape Slice ConstantOfShape Concat Reshape",
    );
    assert.equal(
      graphOf(select(...all.toReversed(), FILL), from).operators,
      "Reshape ConstantOfShape Concat Gather Reshape",
    );
  });
});

describe("splitting a view", () => {
  it("gives every digit an axis, with a unit that may be smaller than the stride", () => {
    // Every second column of three rows of five pixels of two bytes, the second byte of each.
    assert.deepEqual(splitView(view(1, [3, 10], [3, 4]), 30), {
      sizes: [3, 5, 2],
      slices: [
        { start: 0, count: 3, step: 1 },
        { start: 0, count: 3, step: 2 },
        { start: 1, count: 1, step: 1 },
      ],
      order: [0, 1, 2],
      single: [3, 3],
      repeated: [3, 3],
    });
  });
  it("refuses digits that share an axis or run over its end", () => {
    assert.equal(splitView(view(0, [3, 1], [3, 1]), 9), undefined);
    assert.equal(splitView(view(1, [2, 4], [4, 1]), 9), undefined);
    assert.equal(splitView(view(0, [5, 4], [8, 1]), 24), undefined);
  });
});
