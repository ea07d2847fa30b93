import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createRandom } from "../../random.ts";
import { planSlice, planSplit } from "./index.ts";
import { checkPlan, randomDims, shuffled } from "./testing/evaluate.ts";

const INT64_MAX = Number(2n ** 63n - 1n);
const code = "EXACT_MOVE_INVALID";

/** Positions that Slice leaves of an axis, by walking along it; unlike Python's, a start before the axis is its first position also when going backwards. */
function walk(size: number, start: number, end: number, step: number): number[] {
  const all = Array.from({ length: size }, (_, k) => k);
  const from = start < 0 ? start + size : start;
  const to = end < 0 ? end + size : end;
  if (step > 0) return all.filter((k) => k >= Math.max(from, 0) && k < to && (k - Math.max(from, 0)) % step === 0);
  const first = Math.min(Math.max(from, 0), size - 1);
  return all.filter((k) => k <= first && k > to && (first - k) % -step === 0).reverse();
}

describe("Slice", () => {
  it("takes what the standard says, forwards and backwards", () => {
    const random = createRandom(5);
    let refused = 0;
    for (let round = 0; round < 2500; round++) {
      const dims = randomDims(random, 1 + random.below(6));
      const rank = dims.length;
      const axes = shuffled(random, rank).slice(0, 1 + random.below(rank));
      const number = (size: number) =>
        random.pick([
          0,
          -1,
          INT64_MAX,
          -INT64_MAX,
          ...Array.from({ length: 12 }, () => random.below(2 * size + 5) - size - 2),
        ]);
      const starts = axes.map((axis) => number(dims[axis] ?? 0));
      const ends = axes.map((axis) => number(dims[axis] ?? 0));
      const steps = axes.map(() => random.pick([1, 1, 1, 2, 3, -1, -1, -2, INT64_MAX, -INT64_MAX]));
      const kept = dims.map((size, axis) => {
        const k = axes.indexOf(axis);
        return k < 0 ? walk(size, 0, size, 1) : walk(size, starts[k] ?? 0, ends[k] ?? 0, steps[k] ?? 1);
      });
      const named = axes.map((axis) => axis - rank * random.below(2));
      const plan = () => planSlice(dims, { starts, ends, axes: named, steps });
      if (kept.some((positions) => positions.length === 0)) {
        assert.throws(plan, { code, message: /nothing is left/ });
        refused++;
        continue;
      }
      const result = kept.map((positions) => positions.length);
      checkPlan(plan(), [dims], result, (at) => [0, at.map((k, axis) => kept[axis]?.[k] ?? assert.fail())]);
    }
    assert.ok(refused > 200 && refused < 2200, String(refused));
  });

  it("means the first axes and steps of 1 where nothing else is said", () => {
    assert.deepEqual(
      planSlice([4, 6], { starts: [1], ends: [3] }),
      planSlice([4, 6], { starts: [1], ends: [3], axes: [0], steps: [1] }),
    );
    assert.equal(planSlice([4, 6], { starts: [0, 0], ends: [4, 9] }).steps.length, 0);
  });

  it("refuses what does not fit", () => {
    const refused = (slices: Parameters<typeof planSlice>[1], message: RegExp) => {
      assert.throws(() => planSlice([4, 6], slices), { code, message });
    };
    refused({ starts: [0], ends: [1], steps: [0] }, /step is 0/);
    refused({ starts: [0], ends: [1, 2] }, /ends has 2 numbers, but 1/);
    refused({ starts: [0, 0, 0], ends: [1, 2, 3] }, /3 axes/);
    refused({ starts: [0, 0], ends: [1, 2], axes: [0, -2] }, /twice/);
    refused({ starts: [0], ends: [1], axes: [2] }, /no axis 2/);
    refused({ starts: [0], ends: [1], axes: [0], steps: [1, 1] }, /steps has 2/);
    refused({ starts: [0.5], ends: [1] }, /0.5/);
  });
});

describe("Split", () => {
  it("gives every part its positions", () => {
    const random = createRandom(6);
    for (let round = 0; round < 1500; round++) {
      const dims = randomDims(random, 1 + random.below(6));
      const axis = random.below(dims.length);
      const size = dims[axis] ?? 1;
      const outputs = 1 + random.below(Math.min(size, 5));
      const cuts = shuffled(random, size - 1)
        .slice(0, outputs - 1)
        .map((k) => k + 1)
        .sort((a, b) => a - b);
      const sizes = [...cuts, size].map((cut, k) => cut - (cuts[k - 1] ?? 0));
      const plans = planSplit(dims, { axis: axis - dims.length * random.below(2), sizes });
      assert.equal(plans.length, outputs);
      let start = 0;
      for (const [k, plan] of plans.entries()) {
        const from = start;
        checkPlan(plan, [dims], dims.with(axis, sizes[k] ?? 0), (at) => [0, at.with(axis, (at[axis] ?? 0) + from)]);
        start += sizes[k] ?? 0;
      }
    }
  });

  it("splits evenly, the last part being smaller", () => {
    const sizes = (size: number, outputs: number) => planSplit([size], { axis: 0, outputs }).map(({ dims }) => dims[0]);
    assert.deepEqual(sizes(6, 3), [2, 2, 2]);
    assert.deepEqual(sizes(7, 3), [3, 3, 1]);
    assert.deepEqual(sizes(5, 1), [5]);
  });

  it("refuses what does not fit", () => {
    const refused = (parts: Parameters<typeof planSplit>[1], message: RegExp) => {
      assert.throws(() => planSplit([4, 6], parts), { code, message });
    };
    refused({ axis: 0, sizes: [1, 2] }, /\[1, 2\] do not split an axis of size 4/);
    refused({ axis: 0, sizes: [4, 0] }, /do not split/);
    refused({ axis: 0, sizes: [5, -1] }, /do not split/);
    refused({ axis: 2, sizes: [4] }, /no axis 2/);
    refused({ axis: 0, outputs: 5 }, /into 5 outputs/);
    refused({ axis: 1, outputs: 5 }, /do not split/);
    refused({ axis: 0, outputs: 0 }, /into 0 outputs/);
    refused({ axis: 0, outputs: 1.5 }, /into 1.5 outputs/);
  });
});
