import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createRandom } from "../../random.ts";
import { planResize } from "./index.ts";
import { checkPlan, filled } from "./testing/evaluate.ts";

const code = "EXACT_MOVE_INVALID";

/** The standard's formulas in real numbers; the scale is a fraction of whole numbers, so that half-way cases are exact. */
function coordinate(mode: string, x: number, from: number, to: number): number {
  switch (mode) {
    case "align_corners":
      return to === 1 ? 0 : (x * (from - 1)) / (to - 1);
    case "asymmetric":
      return (x * from) / to;
    case "pytorch_half_pixel":
      return to === 1 ? 0 : ((2 * x + 1) * from - to) / (2 * to);
    case "tf_half_pixel_for_nn":
      return ((2 * x + 1) * from) / (2 * to);
    default:
      return ((2 * x + 1) * from - to) / (2 * to);
  }
}

function nearest(mode: string, x: number): number {
  if (mode === "floor") return Math.floor(x);
  if (mode === "ceil") return Math.ceil(x);
  return mode === "round_prefer_floor" ? Math.ceil(x - 0.5) : Math.floor(x + 0.5);
}

const MODES = [
  "half_pixel",
  "half_pixel_symmetric",
  "pytorch_half_pixel",
  "align_corners",
  "asymmetric",
  "tf_half_pixel_for_nn",
];
const NEAREST = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

describe("Resize", () => {
  it("takes the nearest pixel by every rule", () => {
    const random = createRandom(15);
    for (let round = 0; round < 1500; round++) {
      const [coordinateMode, nearestMode] = [random.pick(MODES), random.pick(NEAREST)];
      const dims = [1 + random.below(2), 1 + random.below(3), 1 + random.below(8), 1 + random.below(8)];
      // Sizes whose ratios float32 holds exactly, so that real numbers and float32 choose the same pixel.
      const ratio = () => random.pick([0.5, 1, 1, 2, 2, 4]);
      const sizes = dims.map((size, axis) => (axis < 2 ? size : Math.max(1, Math.floor(size * ratio()))));
      const exact = dims.every((size, axis) => Number.isInteger(Math.log2(size / (sizes[axis] ?? 1))));
      if (!exact || (coordinateMode === "align_corners" && !dims.every((size) => Number.isInteger(Math.log2(size)))))
        continue;
      const plan = planResize(dims, { sizes, coordinateMode, nearestMode });
      checkPlan(plan, [dims], sizes, (at) => [
        0,
        at.map((x, axis) => {
          const [from, to] = [dims[axis] ?? 1, sizes[axis] ?? 1];
          if (from === to) return x;
          const place =
            coordinateMode === "align_corners"
              ? Math.fround(coordinate(coordinateMode, x, from, to))
              : coordinate(coordinateMode, x, from, to);
          return Math.min(Math.max(nearest(nearestMode, place), 0), from - 1);
        }),
      ]);
      const scales = sizes.map((size, axis) => size / (dims[axis] ?? 1));
      assert.deepEqual(planResize(dims, { scales, coordinateMode, nearestMode }), plan);
    }
  });

  it("doubles an image with one view, and picks with one select where positions are uneven", () => {
    const asymmetric = { coordinateMode: "asymmetric", nearestMode: "floor" };
    const doubled = planResize([1, 8, 5, 7], { scales: [1, 1, 2, 2], ...asymmetric });
    assert.deepEqual(
      doubled.steps.map((step) => step.mode),
      ["view"],
    );
    const uneven = planResize([1, 8, 5, 7], { sizes: [1, 8, 8, 9], ...asymmetric });
    assert.deepEqual(
      uneven.steps.map((step) => step.mode),
      ["select"],
    );
    assert.deepEqual(planResize([1, 8, 5, 7], { sizes: [8, 9], axes: [2, -1], ...asymmetric }), uneven);
    assert.equal(planResize([1, 8, 5, 7], { scales: [1, 1, 1.1, 1] }).steps.length, 0);
  });

  it("crops, and fills what lies outside", () => {
    const plan = planResize([1, 1, 1, 4], {
      sizes: [1, 1, 1, 4],
      axes: [0, 1, 2, 3],
      roi: [0, 0, 0, 0.5, 1, 1, 1, 1.5],
      coordinateMode: "tf_crop_and_resize",
      fill: 7,
    });
    assert.equal(plan.steps.length, 0, "no size changes: ONNX Runtime copies");
    const half = planResize([4], { sizes: [3], roi: [0.5, 1.5], coordinateMode: "tf_crop_and_resize", fill: 7 });
    checkPlan(half, [[4]], [3], ([x]) => (x === 0 ? [0, [1]] : x === 1 ? [0, [3]] : filled(7)));
  });

  it("keeps the aspect ratio if told to", () => {
    const dims = (policy: string) => planResize([1, 1, 10, 20], { sizes: [30, 30], axes: [2, 3], policy }).dims;
    assert.deepEqual(dims("stretch"), [1, 1, 30, 30]);
    assert.deepEqual(dims("not_larger"), [1, 1, 15, 30]);
    assert.deepEqual(dims("not_smaller"), [1, 1, 30, 60]);
  });

  it("refuses what does not fit", () => {
    const refused = (options: Parameters<typeof planResize>[1], message: RegExp, as = code) => {
      assert.throws(() => planResize([1, 3, 4, 6], options), { code: as, message });
    };
    refused({}, /exactly one/);
    refused({ scales: [1, 1, 2, 2], sizes: [1, 3, 8, 12] }, /exactly one/);
    refused({ scales: [2, 2] }, /2 scales for 4 axes/);
    refused({ sizes: [8, 12] }, /sizes has 2 numbers, but 4/);
    refused({ scales: [1, 1, 0, 2] }, /a scale is 0/);
    refused({ scales: [1, 1, NaN, 2] }, /a scale is NaN/);
    refused({ scales: [1, 1, Infinity, 2] }, /a scale is Infinity/);
    refused({ scales: [1, 1, 0.1, 2] }, /at least 1/);
    refused({ scales: [1, 1, 1e9, 2] }, /more than/, "EXACT_TENSOR_TOO_LARGE");
    refused({ sizes: [1, 3, 8.5, 12] }, /8.5/);
    refused({ sizes: [1, 3, 8, 12], coordinateMode: "toString" }, /coordinate_transformation_mode is toString/);
    refused({ sizes: [1, 3, 8, 12], nearestMode: "round" }, /nearest_mode is round/);
    refused({ sizes: [1, 3, 8, 12], policy: "crop" }, /keep_aspect_ratio_policy is crop/);
    refused({ sizes: [1, 3, 8, 12], coordinateMode: "tf_crop_and_resize" }, /roi must be 8/);
    refused({ sizes: [8], axes: [4] }, /no axis 4/);
  });
});
