import assert from "node:assert/strict";

import type { CanonicalModel, ContractNode, Port } from "@glia/sdk/exact";

import { describeModel, significantBits } from "./describe-model.ts";

/** A 3 × 3 convolution in `groups` groups over an image of 8 × 8 with `c` channels, as many come out. */
function convolution(c: number, groups: number): CanonicalModel {
  const shape = { n: 1, h: 8, w: 8, c };
  const port: Port = { name: "x", tensor: 0, dims: [1, c, 8, 8], shape, scale: 1, zero: 0 };
  const window = { kernelH: 3, kernelW: 3, strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, padTop: 1, padLeft: 1 };
  const node: ContractNode = {
    ...{ kind: "Contract", inputs: [0], shape, groups, xZero: 0, wZero: 64, yZero: 0, ...window },
    weights: new Uint8Array((c * 9 * c) / groups),
    bias: new Int32Array(c),
    multipliers: new Float32Array(c).fill(0.375),
  };
  const part = { nodes: [], constants: new Map(), inputs: [], outputs: [] };
  return {
    model: { inputs: [port], nodes: [node], outputs: [{ ...port, tensor: 1 }] },
    origins: [{ name: "conv", operators: ["Conv"] }],
    tensors: new Map(),
    head: part,
    tail: part,
  };
}

describe("a description of an exact model", () => {
  it("counts multiply-adds, bytes and the words of a dot product", () => {
    const { nodes, cost } = describeModel(convolution(64, 1));
    assert.deepEqual(cost, {
      multiplyAdds: 64 * 64 * 9 * 64,
      activationBytes: 2 * 64 * 64,
      weightBytes: 64 * 9 * 64,
      longestDotProductWords: 18,
    });
    assert.deepEqual([nodes[0]?.tensor, nodes[0]?.name, nodes[0]?.multiplierBits], [1, "conv", 2]);
  });

  it("takes one word for a tap of few channels or of a small group", () => {
    const words = [convolution(3, 1), convolution(64, 64), convolution(64, 2), convolution(96, 1)].map(
      (model) => describeModel(model).cost.longestDotProductWords,
    );
    assert.deepEqual(words, [9, 9, 9, 27]);
  });

  it("counts the significant bits of a multiplier", () => {
    assert.deepEqual([1, 0.5, 0.75, 2 ** -20, 127 / 4096, Math.fround(0.1), 1 + 2 ** -23].map(significantBits), [1, 1, 2, 1, 7, 24, 24]); // prettier-ignore
  });
});
