import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { GliaError } from "../../../errors.ts";
import { LIMITS, sizeOf } from "../../model.ts";
import { createRandom } from "../../random.ts";
import * as plans from "./index.ts";
import type { MovePlan } from "./index.ts";

const random = createRandom(16);
const INT64_MAX = Number(2n ** 63n - 1n);

/** Small, huge, negative, fractional and impossible numbers. */
const number = () =>
  random.pick([
    () => random.below(5),
    () => random.below(5),
    () => -random.below(5),
    () => 2 ** random.below(63),
    () => random.pick([NaN, Infinity, -Infinity, INT64_MAX, -INT64_MAX, 0.5, -0, 1e300]),
  ])();
const numbers = () => Array.from({ length: random.below(random.pick([3, 5, 40])) }, number);
const maybe = <T>(make: () => T) => (random.below(3) === 0 ? undefined : make());
/** Mostly dimensions that a tensor can have, also large ones. */
const dims = () =>
  random.below(5) === 0
    ? numbers()
    : Array.from({ length: random.below(6) }, () =>
        random.pick([1, 2, 3, 8, 1 + random.below(9), 2 ** random.below(20)]),
      );
const text = () => random.pick(["constant", "wrap", "half_pixel", "tf_crop_and_resize", "floor", "toString", ""]);

const CALLS: readonly (() => MovePlan | MovePlan[])[] = [
  () => plans.planIdentity(dims()),
  () => plans.planReshape(dims(), numbers(), random.below(2) === 0),
  () => plans.planFlatten(dims(), number()),
  () => plans.planSqueeze(dims(), maybe(numbers)),
  () => plans.planUnsqueeze(dims(), numbers()),
  () => plans.planTranspose(dims(), maybe(numbers)),
  () => plans.planSlice(dims(), { starts: numbers(), ends: numbers(), axes: maybe(numbers), steps: maybe(numbers) }),
  () => plans.planSlice(dims(), { starts: [number()], ends: [number()], axes: [number()], steps: [number()] }),
  () => plans.planExpand(dims(), numbers()),
  () => plans.planTile(dims(), numbers()),
  () => plans.planDepthToSpace(dims(), number(), random.pick(["DCR", "CRD", "x"])),
  () => plans.planSpaceToDepth(dims(), number()),
  () => plans.planSplit(dims(), { axis: number(), sizes: numbers() }),
  () => plans.planSplit(dims(), { axis: number(), outputs: number() }),
  () => plans.planConcat(Array.from({ length: random.below(5) }, dims), number()),
  () => plans.planPad(dims(), { pads: numbers(), axes: maybe(numbers), mode: text(), fill: number() }),
  () => plans.planPad(dims(), { pads: [number(), number()], axes: [number()], mode: text(), fill: 0 }),
  () => plans.planGather(dims(), { indices: numbers(), indicesDims: numbers(), axis: number() }),
  () => plans.planGather(dims(), { indices: [number()], indicesDims: [], axis: number() }),
  () =>
    plans.planResize(dims(), {
      scales: maybe(numbers),
      sizes: maybe(numbers),
      axes: maybe(numbers),
      roi: maybe(numbers),
      coordinateMode: maybe(text),
      nearestMode: maybe(text),
      policy: maybe(text),
      fill: number(),
    }),
  () => plans.planResize(dims(), { [random.pick(["scales", "sizes"])]: [number()], axes: [number()], roi: [0, 1] }),
];

describe("plans from hostile numbers", () => {
  it("are within the limits, or named errors", () => {
    let planned = 0;
    for (let round = 0; round < 3000; round++)
      for (const call of CALLS) {
        try {
          for (const { steps } of [call()].flat())
            for (const step of steps) {
              assert.ok(sizeOf(step.shape) >= 1 && sizeOf(step.shape) <= LIMITS.elements);
              if (step.mode === "select")
                assert.ok(step.sources.length <= 2 ** 20 && step.fill >= 0 && step.fill <= 255);
              else for (const { radix, stride } of step.digits) assert.ok(Number.isInteger(radix * stride + step.base));
            }
          planned++;
        } catch (error) {
          assert.ok(error instanceof GliaError, String(error));
          assert.match(error.code, /^EXACT_(MOVE_INVALID|MOVE_UNSUPPORTED|TENSOR_TOO_LARGE)$/);
          assert.ok(error.message.length < 2000, error.message);
        }
      }
    assert.ok(planned > 3000, String(planned));
  });
});
