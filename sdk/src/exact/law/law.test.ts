import assert from "node:assert/strict";
import { FILL } from "../model.ts";
import type { AddMulNode, ArgMaxNode, ContractNode, ExactModel, MaxPoolNode, Shape, ViewNode } from "../model.ts";
import { lawElement, lawNode, requantise, runLaw } from "./index.ts";

const image = (h: number, w: number, c = 1, n = 1): Shape => ({ n, h, w, c });
const bytes = (...values: number[]) => Uint8Array.from(values);
const ONE = {
  kernelH: 1,
  kernelW: 1,
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  padTop: 0,
  padLeft: 0,
} as const;

function contractOf(shape: Shape, weights: number[], parts: Partial<ContractNode> = {}): ContractNode {
  return {
    kind: "Contract",
    inputs: [0],
    shape,
    ...ONE,
    groups: 1,
    xZero: 0,
    wZero: 0,
    yZero: 0,
    weights: bytes(...weights),
    bias: new Int32Array(shape.c),
    multipliers: new Float32Array(shape.c).fill(1),
    ...parts,
  };
}

describe("requantise", () => {
  it("rounds to the nearest, ties to even", () => {
    const halves = [-5, -3, -1, 1, 3, 5, 7].map((acc) => requantise(acc, 0.5, 10));
    assert.deepEqual(halves, [8, 8, 10, 10, 12, 12, 14]);
    assert.deepEqual(
      [-7, -6, -5, 5, 6, 7].map((acc) => requantise(acc, 0.25, 10)),
      [8, 8, 9, 11, 12, 12],
    );
  });

  it("rounds the product to single precision first", () => {
    // 4,194,305 · 0.1f is 419430.50625…; single precision has steps of 1/32 there and holds .5 only: a tie that the exact product is not.
    const multiplier = Math.fround(0.1);
    assert.equal(Math.fround(4194305 * multiplier) % 1, 0.5);
    assert.notEqual((4194305 * multiplier) % 1, 0.5);
    assert.equal(requantise(4194305, multiplier, 100 - 419430), 100);
  });

  it("clamps, also what is beyond single precision", () => {
    assert.equal(requantise(300, 1, 0), 255);
    assert.equal(requantise(-1, 1, 0), 0);
    assert.equal(requantise(-1, 1, 1), 0);
    assert.equal(requantise(-5, 1, 255), 250);
    assert.equal(requantise(2 ** 24 - 1, 3.4028234663852886e38, 0), 255);
    assert.equal(requantise(1 - 2 ** 24, 3.4028234663852886e38, 255), 0);
    assert.equal(requantise(2 ** 24 - 1, 2 ** -126, 7), 7);
    assert.equal(requantise(0, 3.4028234663852886e38, 7), 7);
  });
});

describe("the law of Contract", () => {
  it("is a matrix product with bias, zero points and one multiplier per column", () => {
    const node = contractOf(image(2, 1, 2), [1, 2, 3, 4, 5, 6], {
      xZero: 10,
      wZero: 3,
      yZero: 100,
      bias: Int32Array.of(1, -2),
      multipliers: Float32Array.of(1, 0.5),
    });
    const x = bytes(10, 11, 12, 20, 0, 5);
    // Row 0: x − 10 = 0, 1, 2; row 1: 10, −10, −5. Filters − 3: (−2, −1, 0), (1, 2, 3).
    assert.deepEqual([...lawNode(node, [image(2, 1, 3)], [x])], [100, 103, 91, 86]);
  });

  it("slides its window with padding that counts as xZero, strides and dilations", () => {
    const x = bytes(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const window = { ...ONE, kernelH: 2, kernelW: 2 };
    const valid = contractOf(image(2, 2), [1, 10, 0, 0], window);
    assert.deepEqual([...lawNode(valid, [image(3, 3)], [x])], [21, 32, 54, 65]);
    const padded = contractOf(image(2, 2), [1, 1, 1, 1], {
      ...window,
      strideH: 2,
      strideW: 2,
      padTop: 1,
      padLeft: 1,
      xZero: 1,
      yZero: 0,
    });
    assert.deepEqual([...lawNode(padded, [image(3, 3)], [x])], [0, 3, 9, 24]);
    const dilated = contractOf(image(1, 1), [1, 1, 1, 1], { ...window, dilationH: 2, dilationW: 2 });
    assert.deepEqual([...lawNode(dilated, [image(3, 3)], [x])], [20]);
  });

  it("keeps groups apart, images of a batch too", () => {
    const depthwise = contractOf(image(1, 1, 2, 2), [2, 3], { groups: 2 });
    assert.deepEqual([...lawNode(depthwise, [image(1, 1, 2, 2)], [bytes(1, 2, 3, 4)])], [2, 6, 6, 12]);
    const grouped = contractOf(image(1, 1, 4), [1, 0, 0, 1, 1, 1, 2, 0], { groups: 2 });
    assert.deepEqual([...lawNode(grouped, [image(1, 1, 4)], [bytes(1, 2, 3, 4)])], [1, 2, 7, 6]);
  });

  it("has exact ties and reaches both clamps and the accumulator's bounds", () => {
    const half = contractOf(image(3, 1, 1), [1], { multipliers: Float32Array.of(0.5) });
    assert.deepEqual([...lawNode(half, [image(3, 1, 1)], [bytes(1, 3, 255)])], [0, 2, 128]);
    const extreme = contractOf(image(2, 1, 2), [255, 0], {
      wZero: 128,
      xZero: 128,
      yZero: 128,
      bias: Int32Array.of(2 ** 24 - 1 - 127 * 127, -(2 ** 24) + 1 - 128 * 128),
      multipliers: Float32Array.of(2 ** -17, 2 ** -17),
    });
    assert.deepEqual([...lawNode(extreme, [image(2, 1, 1)], [bytes(255, 0)])], [255, 0, 255, 0]);
  });
});

describe("the law of AddMul", () => {
  const node: AddMulNode = {
    kind: "AddMul",
    inputs: [0, 1],
    shape: image(2, 1, 2),
    operation: "add",
    aFactor: 1,
    bFactor: 2,
    aZero: 1,
    bZero: 2,
    yZero: 10,
    multiplier: 0.5,
  };
  it("adds with factors, ties to even", () => {
    const y = lawNode(node, [image(2, 1, 2), image(2, 1, 2)], [bytes(1, 2, 3, 4), bytes(2, 2, 3, 0)]);
    assert.deepEqual([...y], [10, 10, 12, 10]);
  });
  it("repeats sizes of 1, on either side and on both", () => {
    const column = image(2, 1, 1);
    const row = image(1, 1, 2);
    assert.deepEqual([...lawNode(node, [column, row], [bytes(1, 11), bytes(2, 12)])], [10, 20, 15, 25]);
    assert.deepEqual(
      [...lawNode(node, [image(1, 1, 1), image(2, 1, 2)], [bytes(3), bytes(2, 3, 4, 5)])],
      [11, 12, 13, 14],
    );
  });
  it("multiplies, also a tensor with itself", () => {
    const square: AddMulNode = {
      ...node,
      operation: "mul",
      inputs: [0, 0],
      aFactor: 1,
      bFactor: 1,
      aZero: 4,
      bZero: 4,
      yZero: 0,
    };
    const x = bytes(0, 3, 7, 255);
    assert.deepEqual([...lawNode(square, [image(2, 1, 2), image(2, 1, 2)], [x, x])], [8, 0, 4, 255]);
  });
});

describe("the laws of Table, MaxPool and ArgMax", () => {
  it("look up", () => {
    const table = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);
    const node = { kind: "Table", inputs: [0], shape: image(1, 3), table } as const;
    assert.deepEqual([...lawNode(node, [image(1, 3)], [bytes(0, 100, 255)])], [255, 155, 0]);
  });

  it("take the largest of the window's part inside the image, channel by channel", () => {
    const node: MaxPoolNode = {
      kind: "MaxPool",
      inputs: [0],
      shape: image(2, 2),
      ...ONE,
      kernelH: 2,
      kernelW: 2,
      strideH: 2,
      strideW: 2,
      padTop: 1,
      padLeft: 1,
    };
    assert.deepEqual([...lawNode(node, [image(3, 3)], [bytes(9, 2, 3, 4, 5, 6, 7, 8, 1)])], [9, 3, 7, 8]);
    const plain = { ...node, padTop: 0, padLeft: 0, dilationW: 2, shape: image(1, 1, 2) };
    assert.deepEqual([...lawNode(plain, [image(2, 3, 2)], [bytes(0, 1, 99, 99, 2, 3, 1, 9, 99, 99, 0, 0)])], [2, 9]);
  });

  it("find the first or the last of equals", () => {
    const node: ArgMaxNode = {
      kind: "ArgMax",
      inputs: [0],
      shape: image(2, 1, 2),
      outer: 2,
      length: 3,
      inner: 2,
      last: false,
    };
    const x = bytes(5, 1, 5, 0, 4, 1, 0, 0, 0, 0, 0, 0);
    assert.deepEqual([...lawNode(node, [image(6, 1, 2)], [x])], [0, 0, 0, 0]);
    assert.deepEqual([...lawNode({ ...node, last: true }, [image(6, 1, 2)], [x])], [1, 2, 2, 2]);
  });
});

describe("the law of Move", () => {
  const viewOf = (shape: Shape, base: number, ...digits: [number, number][]): ViewNode => ({
    kind: "Move",
    mode: "view",
    inputs: [0],
    shape,
    base,
    digits: digits.map(([radix, stride]) => ({ radix, stride })),
  });
  it("views: transposes, reverses, repeats", () => {
    const x = bytes(1, 2, 3, 4, 5, 6);
    const from = image(2, 1, 3);
    assert.deepEqual([...lawNode(viewOf(image(3, 1, 2), 0, [3, 1], [2, 3]), [from], [x])], [1, 4, 2, 5, 3, 6]);
    assert.deepEqual([...lawNode(viewOf(image(2, 1, 3), 5, [6, -1]), [from], [x])], [6, 5, 4, 3, 2, 1]);
    assert.deepEqual([...lawNode(viewOf(image(2, 1, 2), 3, [2, 0], [2, -2]), [from], [x])], [4, 2, 4, 2]);
    assert.deepEqual([...lawNode(viewOf(image(1, 1, 1), 4), [from], [x])], [5]);
  });
  it("selects from several inputs and the constant", () => {
    const node = {
      kind: "Move",
      mode: "select",
      inputs: [0, 1],
      shape: image(2, 1, 4),
      outer: 2,
      inner: 1,
      sources: Uint32Array.of(2 ** 24 + 1, FILL, 0, 2 ** 24),
      fill: 77,
    } as const;
    const y = lawNode(node, [image(2, 1, 1), image(2, 1, 2)], [bytes(1, 2), bytes(10, 11, 12, 13)]);
    assert.deepEqual([...y], [11, 77, 1, 10, 13, 77, 2, 12]);
  });
});

describe("runLaw", () => {
  const shape = image(1, 2);
  const port = { name: "x", tensor: 0, dims: [1, 1, 1, 2], shape, scale: 1, zero: 0 };
  const model: ExactModel = {
    inputs: [port],
    nodes: [contractOf(shape, [2]), { ...contractOf(shape, [1]), inputs: [1], xZero: 1 }],
    outputs: [{ ...port, name: "y", tensor: 2 }],
  };
  it("gives every tensor by number", () => {
    const tensors = runLaw(model, [bytes(3, 0)]);
    assert.deepEqual(
      tensors.map((tensor) => [...tensor]),
      [
        [3, 0],
        [6, 0],
        [5, 0],
      ],
    );
    assert.equal(lawElement(contractOf(shape, [2]), [shape], [bytes(3, 0)], 0), 6);
  });
  it("refuses tensors of another size by name", () => {
    const refusal = { code: "EXACT_TENSOR_SIZE", message: /The input "x" has 2 bytes .* not 3/ };
    assert.throws(() => runLaw(model, [bytes(1, 2, 3)]), refusal);
    assert.throws(() => runLaw(model, []), { code: "EXACT_TENSOR_SIZE" });
    assert.throws(() => lawNode(contractOf(shape, [2]), [], []), { code: "EXACT_TENSOR_SIZE" });
  });
});
