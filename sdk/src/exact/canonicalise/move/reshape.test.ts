import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createRandom } from "../../random.ts";
import {
  planConcat,
  planFlatten,
  planIdentity,
  planReshape,
  planSqueeze,
  planTranspose,
  planUnsqueeze,
} from "./index.ts";
import type { Dims, MovePlan } from "./index.ts";
import { product } from "./dims.ts";
import { checkPlan, coordinates, logicalIndex, randomDims, randomFactors, shuffled } from "./testing/evaluate.ts";

/** The result's elements are the input's in the same logical order. */
function checkSameOrder(plan: MovePlan, dims: Dims, result: Dims): void {
  const all = [...coordinates(dims)];
  checkPlan(plan, [dims], result, (at) => [0, all[logicalIndex(result, at)] ?? assert.fail()]);
}

describe("moves that keep the logical order", () => {
  it("reshapes from any dimensions to any, in at most two steps", () => {
    const random = createRandom(1);
    let two = 0;
    for (let round = 0; round < 1500; round++) {
      const dims = randomDims(random);
      const result = randomFactors(random, product(dims));
      const plan = planReshape(dims, result);
      checkSameOrder(plan, dims, result);
      assert.ok(plan.steps.length <= 2);
      if (plan.steps.length === 2) {
        assert.deepEqual([dims.length, result.length], [4, 4]);
        two++;
      }
      const open = random.below(result.length);
      assert.deepEqual(planReshape(dims, result.with(open, -1)), plan);
      const zeros = result.map((size, axis) => (size === dims[axis] ? 0 : size));
      assert.deepEqual(planReshape(dims, zeros), plan);
    }
    assert.ok(two > 20, String(two));
  });

  it("needs two views where the two layouts share no digits, and none where nothing moves", () => {
    const steps = (dims: Dims, target: Dims) => planReshape(dims, target).steps.length;
    assert.equal(steps([1, 6, 2, 3], [1, 4, 3, 3]), 2);
    assert.equal(steps([1, 6, 2, 3], [1, 3, 4, 3]), 1);
    assert.equal(steps([1, 6, 2, 3], [1, 36]), 1);
    assert.equal(steps([1, 36, 1, 1], [1, 36]), 0);
    assert.equal(steps([5, 7], [5, 7]), 0);
    assert.equal(steps([], [1]), 0);
    assert.deepEqual(planReshape([4, 6], [24]).steps, [
      {
        kind: "Move",
        mode: "view",
        inputs: [0],
        shape: { n: 1, h: 1, w: 1, c: 24 },
        base: 0,
        digits: [{ radix: 24, stride: 1 }],
      },
    ]);
    assert.deepEqual(planIdentity([1, 2, 3, 4]), { dims: [1, 2, 3, 4], steps: [], result: 0 });
  });

  it("flattens, squeezes and unsqueezes", () => {
    const random = createRandom(2);
    for (let round = 0; round < 1000; round++) {
      const dims = randomDims(random);
      const rank = dims.length;
      const axis = random.below(rank + 1);
      const rows = product(dims.slice(0, axis));
      const flat = [rows, product(dims) / rows];
      checkSameOrder(planFlatten(dims, axis), dims, flat);
      if (axis < rank) checkSameOrder(planFlatten(dims, axis - rank), dims, flat);
      checkSameOrder(
        planSqueeze(dims),
        dims,
        dims.filter((size) => size > 1),
      );
      const dropped = dims.flatMap((size, k) => (size === 1 && random.below(2) === 0 ? [k] : []));
      checkSameOrder(
        planSqueeze(
          dims,
          dropped.map((k) => k - rank * random.below(2)),
        ),
        dims,
        dims.filter((_, k) => !dropped.includes(k)),
      );
      const added = shuffled(random, rank + 2).slice(0, 2);
      const wide = [...dims];
      for (const k of added.toSorted((a, b) => a - b)) wide.splice(k, 0, 1);
      checkSameOrder(
        planUnsqueeze(
          dims,
          added.map((k) => k - (rank + 2) * random.below(2)),
        ),
        dims,
        wide,
      );
    }
  });

  it("refuses what does not fit", () => {
    const refused = (plan: () => unknown, message: RegExp, code = "EXACT_MOVE_INVALID") => {
      assert.throws(plan, { name: "GliaError", code, message });
    };
    refused(() => planReshape([2, 3], [4, 2]), /6 elements cannot have the dimensions \[4, 2\], 8/);
    refused(() => planReshape([2, 3], [-1, -1]), /more than once/);
    refused(() => planReshape([2, 3], [4, -1]), /no size for −1/);
    refused(() => planReshape([2, 3], [0, 0, 0]), /0 at place 2/);
    refused(() => planReshape([2, 3], [0, -1], true), /no size/);
    refused(() => planReshape([2, 3], [0, 6], true), /at least 1/);
    refused(() => planReshape([2, 3], [-2, -3]), /at least 1/);
    refused(() => planReshape([2, 3], [1.5, 4]), /1.5/);
    refused(() => planReshape([2, 3], [NaN, -1]), /NaN/);
    refused(
      () =>
        planReshape(
          [2, 3],
          Array.from({ length: 40 }, () => 1),
        ),
      /40 dimensions/,
    );
    refused(() => planReshape([0, 3], [0]), /at least 1/);
    refused(() => planReshape([2 ** 14, 2 ** 14], [-1]), /more than 134217728/, "EXACT_TENSOR_TOO_LARGE");
    refused(() => planIdentity(Array.from({ length: 33 }, () => 1)), /33 dimensions/);
    refused(() => planFlatten([2, 3], 3), /from -2 to 2/);
    refused(() => planFlatten([2, 3], 0.5), /0.5/);
    refused(() => planSqueeze([2, 1], [0]), /axis 0 has the size 2/);
    refused(() => planSqueeze([2, 1], [1, -1]), /twice/);
    refused(() => planSqueeze([2, 1], [2]), /no axis 2/);
    refused(() => planUnsqueeze([2, 1], [4]), /no axis 4/);
    refused(() => planUnsqueeze([2, 1], [0, -4]), /twice/);
    refused(
      () =>
        planUnsqueeze(
          [2, 1],
          Array.from({ length: 50 }, (_, k) => k),
        ),
      /50 axes/,
    );
    refused(
      () =>
        planUnsqueeze(
          [2, 1],
          Array.from({ length: 31 }, (_, k) => k),
        ),
      /33 dimensions/,
    );
  });
});

describe("Transpose", () => {
  it("permutes axes", () => {
    const random = createRandom(3);
    for (let round = 0; round < 1200; round++) {
      const dims = randomDims(random);
      const order = shuffled(random, dims.length);
      const result = order.map((axis) => dims[axis] ?? 1);
      const plan = planTranspose(
        dims,
        order.map((axis) => axis - dims.length * random.below(2)),
      );
      checkPlan(plan, [dims], result, (at) => [0, dims.map((_, axis) => at[order.indexOf(axis)] ?? 0)]);
      assert.ok(plan.steps.length <= 1);
    }
    const reversed = planTranspose([2, 3, 4]);
    checkPlan(reversed, [[2, 3, 4]], [4, 3, 2], (at) => [0, at.toReversed()]);
    // [N, C, H, W] → [N, H, W, C] is how it is stored; only the names of the axes change, and with them the shape.
    assert.deepEqual(planTranspose([1, 3, 4, 5], [0, 2, 3, 1]).steps.length, 1);
  });

  it("refuses what is no permutation", () => {
    const code = "EXACT_MOVE_INVALID";
    assert.throws(() => planTranspose([2, 3], [0, 0]), { code, message: /twice/ });
    assert.throws(() => planTranspose([2, 3], [0]), { code, message: /1 axes, but the input has 2/ });
    assert.throws(() => planTranspose([2, 3], [0, 2]), { code, message: /no axis 2/ });
  });

  it("refuses maps with more than 16 digits", () => {
    const dims = Array.from({ length: 17 }, () => 2);
    assert.throws(() => planTranspose(dims), { code: "EXACT_MOVE_UNSUPPORTED", message: /17 digits/ });
  });
});

describe("Concat", () => {
  it("joins along any axis", () => {
    const random = createRandom(4);
    for (let round = 0; round < 1000; round++) {
      const first = randomDims(random, 1 + random.below(6));
      const axis = random.below(first.length);
      const inputs = Array.from({ length: 1 + random.below(5) }, () => first.with(axis, 1 + random.below(5)));
      const lengths = inputs.map((dims) => dims[axis] ?? 0);
      const result = first.with(
        axis,
        lengths.reduce((sum, length) => sum + length, 0),
      );
      const plan = planConcat(inputs, axis - first.length * random.below(2));
      checkPlan(plan, inputs, result, (at) => {
        let place = at[axis] ?? 0;
        let input = 0;
        for (; place >= (lengths[input] ?? 0); input++) place -= lengths[input] ?? 0;
        return [input, at.toSpliced(axis, 1, place)];
      });
      assert.ok(plan.steps.length <= 1);
    }
  });

  it("names the longest blocks", () => {
    const { steps } = planConcat(
      [
        [1, 64, 5, 7],
        [1, 32, 5, 7],
      ],
      1,
    );
    assert.deepEqual(steps, [
      {
        kind: "Move",
        mode: "select",
        inputs: [0, 1],
        shape: { n: 1, h: 5, w: 7, c: 96 },
        outer: 35,
        inner: 32,
        sources: Uint32Array.of(0, 1, 2 ** 24),
        fill: 0,
      },
    ]);
  });

  it("refuses what does not fit", () => {
    const code = "EXACT_MOVE_INVALID";
    assert.throws(() => planConcat([], 0), { code, message: /no input/ });
    assert.throws(
      () =>
        planConcat(
          [
            [2, 3],
            [3, 3],
          ],
          1,
        ),
      { code, message: /\[2, 3\] and \[3, 3\] differ/ },
    );
    assert.throws(() => planConcat([[2, 3], [3]], 1), { code, message: /differ/ });
    assert.throws(() => planConcat([[]], 0), { code, message: /no axis 0/ });
    assert.throws(
      () =>
        planConcat(
          [
            [2, 3],
            [2, 0],
          ],
          1,
        ),
      { code, message: /at least 1/ },
    );
    const many = Array.from({ length: 256 }, () => [1]);
    assert.throws(() => planConcat(many, 0), { code: "EXACT_MOVE_UNSUPPORTED", message: /256 inputs/ });
    const long = [[2 ** 24], [1]];
    assert.throws(() => planConcat(long, 0), { code: "EXACT_MOVE_UNSUPPORTED", message: /16777217 blocks/ });
    assert.equal(planConcat([[2 ** 24], [2 ** 25]], 0).dims[0], 3 * 2 ** 24);
    const huge = [
      [2 ** 26, 1],
      [2 ** 26, 2],
    ];
    assert.throws(() => planConcat(huge, 1), { code: "EXACT_TENSOR_TOO_LARGE" });
  });
});
