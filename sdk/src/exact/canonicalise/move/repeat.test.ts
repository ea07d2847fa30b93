import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createRandom } from "../../random.ts";
import { planDepthToSpace, planExpand, planSpaceToDepth, planTile } from "./index.ts";
import { checkPlan, randomDims } from "./testing/evaluate.ts";

const code = "EXACT_MOVE_INVALID";

describe("Expand and Tile", () => {
  it("expand to any shape that ONNX can broadcast to", () => {
    const random = createRandom(8);
    for (let round = 0; round < 1200; round++) {
      const dims = randomDims(random, random.below(6)).map((size) => (random.below(2) === 0 ? 1 : size));
      const wider = Array.from({ length: random.below(3) }, () => 1 + random.below(3));
      const result = [...wider, ...dims.map((size) => (size === 1 ? 1 + random.below(4) : size))];
      const skip = wider.length;
      const asked = result.map((size, axis) => (size === dims[axis - skip] && random.below(2) === 0 ? 1 : size));
      checkPlan(planExpand(dims, asked), [dims], result, (at) => [
        0,
        dims.map((size, axis) => (size === 1 ? 0 : (at[axis + skip] ?? 0))),
      ]);
    }
    assert.deepEqual(planExpand([2, 3], [3]).dims, [2, 3]);
    assert.equal(planExpand([2, 3], [3]).steps.length, 0);
  });

  it("tile every axis", () => {
    const random = createRandom(9);
    for (let round = 0; round < 1200; round++) {
      const dims = randomDims(random);
      const repeats = dims.map(() => 1 + random.below(3));
      const result = dims.map((size, axis) => size * (repeats[axis] ?? 1));
      const plan = planTile(dims, repeats);
      checkPlan(plan, [dims], result, (at) => [0, at.map((k, axis) => k % (dims[axis] ?? 1))]);
      assert.ok(plan.steps.length <= 1);
    }
  });

  it("refuse what does not fit", () => {
    assert.throws(() => planExpand([2, 3], [2, 4]), { code, message: /cannot be broadcast to \[2, 4\]/ });
    assert.throws(() => planExpand([2, 3], [0, 3]), { code, message: /at least 1/ });
    assert.throws(() => planExpand([2, 3], [2 ** 30, 1, 1]), { code: "EXACT_TENSOR_TOO_LARGE" });
    assert.throws(() => planExpand([2 ** 14, 1], [2 ** 14]), { code: "EXACT_TENSOR_TOO_LARGE" });
    assert.throws(() => planTile([2, 3], [2]), { code, message: /repeats has 1 numbers, but 2/ });
    assert.throws(() => planTile([2, 3], [2, 0]), { code, message: /at least 1/ });
    assert.throws(() => planTile([2, 3], [2 ** 40, 1]), { code: "EXACT_TENSOR_TOO_LARGE" });
  });
});

describe("DepthToSpace and SpaceToDepth", () => {
  it("move squares as the standard says", () => {
    const random = createRandom(10);
    for (let round = 0; round < 1000; round++) {
      const b = 1 + random.below(3);
      const [n, c, h, w] = [1 + random.below(2), 1 + random.below(4), 1 + random.below(4), 1 + random.below(4)];
      const [deep, flat] = [
        [n, c * b * b, h, w],
        [n, c, h * b, w * b],
      ];
      const place = (at: readonly number[], mode: "DCR" | "CRD") => {
        const [image = 0, channel = 0, y = 0, x = 0] = at;
        const cell = (y % b) * b + (x % b);
        return [
          image,
          mode === "DCR" ? cell * c + channel : channel * b * b + cell,
          Math.floor(y / b),
          Math.floor(x / b),
        ];
      };
      for (const mode of ["DCR", "CRD"] as const)
        checkPlan(planDepthToSpace(deep, b, mode), [deep], flat, (at) => [0, place(at, mode)]);
      checkPlan(planSpaceToDepth(flat, b), [flat], deep, (at) => {
        const [image = 0, channel = 0, y = 0, x = 0] = at;
        const cell = Math.floor(channel / c);
        return [0, [image, channel % c, y * b + Math.floor(cell / b), x * b + (cell % b)]];
      });
    }
    assert.equal(planSpaceToDepth([1, 3, 4, 4], 1).steps.length, 0);
  });

  it("refuse what does not fit", () => {
    assert.throws(() => planDepthToSpace([1, 6, 2, 2], 2, "DCR"), { code, message: /6 channels are no multiple of 4/ });
    assert.throws(() => planDepthToSpace([1, 4, 2, 2], 0, "DCR"), { code, message: /block size is 0/ });
    assert.throws(() => planDepthToSpace([4, 2, 2], 2, "DCR"), { code, message: /3 dimensions/ });
    assert.throws(() => planDepthToSpace([1, 4, 2, 2], 2, "RDC"), { code, message: /RDC/ });
    assert.throws(() => planSpaceToDepth([1, 4, 3, 2], 2), { code, message: /3 × 2/ });
  });
});
