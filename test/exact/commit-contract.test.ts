import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { contractOpening, weightByte } from "../../sdk/src/exact/commit/index.ts";
import { lawElement, requantise } from "../../sdk/src/exact/law/index.ts";
import { LIMITS, sizeOf } from "../../sdk/src/exact/model.ts";
import type { ContractNode, Shape } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { dotOfWords, proveContract } from "./commit-arithmetic.ts";
import { randomContract, randomShape } from "./commit-models.ts";

/** The accumulator as the page's table defines it. */
function accumulator(node: ContractNode, input: Shape, x: Uint8Array, index: number): number {
  const { c, h, w } = node.shape;
  const [o, column, row, image] = [
    index % c,
    Math.floor(index / c) % w,
    Math.floor(index / (c * w)) % h,
    Math.floor(index / (c * w * h)),
  ];
  const perGroup = input.c / node.groups;
  const group = Math.floor(o / (c / node.groups));
  let sum = node.bias[o] ?? 0;
  for (let i = 0; i < node.kernelH; i++)
    for (let j = 0; j < node.kernelW; j++) {
      const y = row * node.strideH - node.padTop + i * node.dilationH;
      const z = column * node.strideW - node.padLeft + j * node.dilationW;
      if (y < 0 || y >= input.h || z < 0 || z >= input.w) continue;
      for (let k = 0; k < perGroup; k++) {
        const activation = x[((image * input.h + y) * input.w + z) * input.c + group * perGroup + k] ?? 0;
        const weight = node.weights[((o * node.kernelH + i) * node.kernelW + j) * perGroup + k] ?? 0;
        sum += (activation - node.xZero) * (weight - node.wZero);
      }
    }
  return sum;
}

describe("proof of one element of a contraction", () => {
  it("computes the accumulator from opened words alone, for any groups, window, padding and zero points", async () => {
    const random = createRandom(21);
    for (let i = 0; i < 250; i++) {
      const input = randomShape(random, 4000);
      const node = randomContract(random, 0, input);
      const tensor = random.bytes(sizeOf(input));
      const size = sizeOf(node.shape);
      for (const index of new Set([0, size - 1, random.below(size)])) {
        const proven = await proveContract(node, input, tensor, index);
        assert.equal(proven.accumulator, accumulator(node, input, tensor, index), JSON.stringify({ input, index }));
        assert.equal(proven.multiplier, node.multipliers[index % node.shape.c]);
        assert.ok(proven.proven);
        assert.ok(Math.abs(proven.accumulator) < LIMITS.accumulator);
        const value = requantise(proven.accumulator, proven.multiplier, node.yZero);
        assert.equal(value, lawElement(node, [input], [tensor], index));
      }
    }
  });

  it("opens each leaf once", () => {
    const random = createRandom(22);
    for (let i = 0; i < 200; i++) {
      const input = randomShape(random);
      const node = randomContract(random, 0, input);
      const { input: ranges, taps, words } = contractOpening(node, input, random.below(sizeOf(node.shape)));
      ranges.reduce((end, { first, count }) => {
        assert.ok(first > end && count > 0);
        return first + count;
      }, -1);
      const opened = new Set(ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, k) => first + k)));
      const needed = taps.flatMap(({ place }) =>
        place === undefined ? [] : Array.from({ length: words }, (_, k) => Math.floor((place.word + k) / 4)),
      );
      assert.deepEqual(opened, new Set(needed));
    }
  });

  it("multiplies words of the largest bytes without a carry", () => {
    const full = 2n ** 256n - 1n;
    assert.equal(dotOfWords(full, full), 32 * 255 * 255);
    for (let lane = 0; lane < 32; lane++) {
      const activation = 255n << BigInt(8 * (31 - lane));
      const weight = 255n << BigInt(8 * (31 - weightByte(lane)));
      assert.equal(dotOfWords(activation, weight), 255 * 255);
      assert.equal(dotOfWords(activation, full - weight), 0);
    }
  });

  it("refuses elements that are not there", () => {
    const random = createRandom(23);
    const input = randomShape(random);
    const node = randomContract(random, 0, input);
    for (const index of [-1, 0.5, sizeOf(node.shape)])
      assert.throws(() => contractOpening(node, input, index), RangeError);
  });
});
