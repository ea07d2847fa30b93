import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createRandom } from "../../random.ts";
import { planGather, planPad } from "./index.ts";
import { affineMap } from "./pick.ts";
import { checkPlan, filled, logicalIndex, randomDims } from "./testing/evaluate.ts";
import { product } from "./dims.ts";

const code = "EXACT_MOVE_INVALID";

describe("affine positions", () => {
  it("are found whatever their digits are, and only they", () => {
    const random = createRandom(12);
    for (let round = 0; round < 1200; round++) {
      const digits = Array.from({ length: random.below(4) }, () => ({
        radix: 1 + random.below(4),
        stride: random.below(13) - 6,
      }));
      let positions = [500];
      for (const { radix, stride } of digits)
        positions = positions.flatMap((place) => Array.from({ length: radix }, (_, k) => place + k * stride));
      const map = affineMap(Int32Array.from(positions)) ?? assert.fail(JSON.stringify(digits));
      assert.equal(product(map.digits.map(({ radix }) => radix)), positions.length);
      assert.ok(map.digits.length <= digits.length);
      let again = [map.base];
      for (const { radix, stride } of map.digits)
        again = again.flatMap((place) => Array.from({ length: radix }, (_, k) => place + k * stride));
      assert.deepEqual(again, positions);
    }
    for (const positions of [
      [0, 1, 3],
      [0, 0, 1],
      [0, 1, 2, 3, 5, 6],
      [3, -1],
      [0, 0, 1, 2, 2, 3],
    ])
      assert.equal(affineMap(Int32Array.from(positions)), undefined);
  });
});

describe("Gather", () => {
  it("puts the indices' dimensions in the place of the axis", () => {
    const random = createRandom(13);
    const steps = [0, 0, 0, 0];
    for (let round = 0; round < 1500; round++) {
      const dims = randomDims(random, 1 + random.below(5));
      const axis = random.below(dims.length);
      const size = dims[axis] ?? 1;
      const indicesDims = Array.from({ length: random.below(3) }, () => 1 + random.below(4));
      const first = random.below(size);
      const affine = random.below(3) === 0;
      const indices = Array.from({ length: product(indicesDims) }, (_, k) =>
        affine ? Math.min(first + k, size - 1) : random.below(size),
      );
      const result = dims.toSpliced(axis, 1, ...indicesDims);
      const signed = indices.map((index) => index - size * random.below(2));
      const plan = planGather(dims, { indices: signed, indicesDims, axis: axis - dims.length * random.below(2) });
      checkPlan(plan, [dims], result, (at) => {
        const index = indices[logicalIndex(indicesDims, at.slice(axis, axis + indicesDims.length))] ?? assert.fail();
        return [0, at.toSpliced(axis, indicesDims.length, index)];
      });
      steps[plan.steps.length] = (steps[plan.steps.length] ?? 0) + 1;
    }
    assert.ok(Math.min(...steps.slice(0, 3)) > 50, steps.join(", "));
  });

  it("refuses what does not fit", () => {
    const refused = (indices: Parameters<typeof planGather>[1], message: RegExp) => {
      assert.throws(() => planGather([4, 6], indices), { code, message });
    };
    refused({ indices: [4], indicesDims: [1] }, /index 4 is outside an axis of size 4/);
    refused({ indices: [-5], indicesDims: [] }, /index -5/);
    refused({ indices: [0, 1], indicesDims: [3] }, /indices has 2 numbers, but 3/);
    refused({ indices: [], indicesDims: [0] }, /at least 1/);
    refused({ indices: [0], indicesDims: [], axis: 2 }, /no axis 2/);
    refused({ indices: [NaN], indicesDims: [] }, /NaN/);
    refused({ indices: [0], indicesDims: Array.from({ length: 32 }, () => 1) }, /more than 32 dimensions/);
    assert.throws(() => planGather([], { indices: [0], indicesDims: [] }), { code, message: /no axis 0/ });
    const many = Array.from({ length: 64 }, (_, k) => k % 3);
    assert.throws(() => planGather([4, 2 ** 24], { indices: many, indicesDims: [64] }), {
      code: "EXACT_TENSOR_TOO_LARGE",
    });
    assert.throws(() => planGather([2 ** 25, 1], { indices: [0, 1, 3], indicesDims: [3] }), {
      code: "EXACT_MOVE_UNSUPPORTED",
    });
  });
});

describe("Pad", () => {
  it("pads every axis in every mode", () => {
    const random = createRandom(14);
    for (let round = 0; round < 1200; round++) {
      const dims = randomDims(random, 1 + random.below(5));
      const mode = random.pick(["constant", "constant", "edge", "reflect", "wrap"] as const);
      const pads = [...dims, ...dims].map((size) => random.below(mode === "reflect" ? Math.min(size, 3) : 3));
      const fill = random.below(256);
      const result = dims.map((size, axis) => size + (pads[axis] ?? 0) + (pads[axis + dims.length] ?? 0));
      checkPlan(planPad(dims, { pads, mode, fill }), [dims], result, (at) => {
        const from = at.map((k, axis) => k - (pads[axis] ?? 0));
        const inside = from.every((k, axis) => k >= 0 && k < (dims[axis] ?? 0));
        if (mode === "constant" && !inside) return filled(fill);
        return [0, from.map((k, axis) => bring(k, dims[axis] ?? 1, mode))];
      });
    }
  });

  it("pads height and width of an image in one step, far apart axes in two", () => {
    const steps = (pads: number[]) => planPad([1, 3, 5, 7], { pads, fill: 0 }).steps.length;
    assert.equal(steps([0, 0, 1, 1, 0, 0, 1, 1]), 1);
    assert.equal(steps([0, 1, 1, 0, 0, 0, 0, 0]), 2);
    assert.equal(steps([1, 0, 0, 0, 0, 0, 0, 0]), 1);
    assert.equal(steps([0, 0, 0, 0, 0, 0, 0, 0]), 0);
    assert.equal(planPad([1, 3, 300, 300], { pads: [0, 0, 1, 1, 0, 0, 1, 1], fill: 0 }).steps.length, 2);
    const named = planPad([1, 3, 5, 7], { pads: [1, 2, 3, 4], axes: [-1, 2], fill: 9 });
    assert.deepEqual(named, planPad([1, 3, 5, 7], { pads: [0, 0, 2, 1, 0, 0, 4, 3], fill: 9 }));
  });

  it("refuses what does not fit", () => {
    const refused = (padding: Partial<Parameters<typeof planPad>[1]>, message: RegExp, as = code) => {
      assert.throws(() => planPad([4, 6], { pads: [0, 0, 1, 1], fill: 0, ...padding }), { code: as, message });
    };
    refused({ pads: [1, 1] }, /pads has 2 numbers, but 4/);
    refused({ pads: [0, -1, 0, 0] }, /negative/, "EXACT_MOVE_UNSUPPORTED");
    refused({ mode: "mirror" }, /mirror/, "EXACT_MOVE_UNSUPPORTED");
    refused({ pads: [4, 0, 0, 0], mode: "reflect" }, /cannot be reflected 4/);
    refused({ fill: 256 }, /256/);
    refused({ fill: 0.5 }, /0.5/);
    refused({ pads: [2 ** 40, 0, 0, 0] }, /more than/, "EXACT_TENSOR_TOO_LARGE");
    refused({ pads: [2 ** 24, 0, 0, 0] }, /picks 16777220 positions/, "EXACT_MOVE_UNSUPPORTED");
  });
});

/** Brings a position beside an axis back into it. */
function bring(k: number, size: number, mode: string): number {
  if (mode === "wrap") return (k + 10 * size) % size;
  if (mode === "edge") return k < 0 ? 0 : k < size ? k : size - 1;
  return k < 0 ? -k : k < size ? k : 2 * size - 2 - k;
}
