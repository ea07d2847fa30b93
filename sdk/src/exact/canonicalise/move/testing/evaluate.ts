import assert from "node:assert/strict";
import { FILL, LIMITS, shapeOfDims, sizeOf } from "../../../model.ts";
import type { MoveNode, SelectNode, ViewNode } from "../../../model.ts";
import type { Random } from "../../../random.ts";
import type { Dims, MovePlan } from "../index.ts";

/** What stands where a fill byte would. */
export const filled = (fill: number) => -1 - fill;

/** All coordinates of a tensor, in logical (row-major) order. */
export function* coordinates(dims: Dims): Generator<number[]> {
  const at = dims.map(() => 0);
  for (;;) {
    yield [...at];
    let axis = dims.length - 1;
    for (; axis >= 0; axis--) {
      at[axis] = (at[axis] ?? 0) + 1;
      if (at[axis] !== dims[axis]) break;
      at[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Place of coordinates in logical order. */
export function logicalIndex(dims: Dims, at: readonly number[]): number {
  return dims.reduce((index, size, axis) => index * size + (at[axis] ?? 0), 0);
}

/** Place of coordinates in the order in which the tensor is stored. */
function physicalIndex(dims: Dims, at: readonly number[]): number {
  const [n = 0, c = 0, h = 0, w = 0] = at;
  const [, channels = 1, height = 1, width = 1] = dims;
  return dims.length === 4 ? ((n * height + h) * width + w) * channels + c : logicalIndex(dims, at);
}

/** Sum of the sizes of the tensors before tensor k: the value of its first element. */
const offset = (inputs: readonly Dims[], k: number) =>
  inputs.slice(0, k).reduce((sum, dims) => sum + sizeOf(shapeOfDims(dims)), 0);

/**
 * Runs a plan on tensors of distinct numbers and compares every element with the one that `source` names by input and coordinates,
 * or with `filled(…)`. Checks every step against its own definition and the limits too.
 */
export function checkPlan(
  plan: MovePlan,
  inputs: readonly Dims[],
  dims: Dims,
  source: (at: readonly number[]) => readonly [input: number, at: readonly number[]] | number,
): void {
  assert.deepEqual(plan.dims, dims);
  const tensors = inputs.map((size, k): Int32Array => {
    const stored = new Int32Array(sizeOf(shapeOfDims(size)));
    for (const at of coordinates(size)) stored[physicalIndex(size, at)] = offset(inputs, k) + logicalIndex(size, at);
    return stored;
  });
  const shapes = inputs.map((size) => shapeOfDims(size));
  for (const step of plan.steps) {
    tensors.push(runStep(step, tensors));
    shapes.push(step.shape);
  }
  assert.equal(plan.result, plan.steps.length === 0 ? plan.result : tensors.length - 1);
  assert.deepEqual(shapes[plan.result], shapeOfDims(dims));
  const result = tensors[plan.result] ?? assert.fail("no result");
  for (const at of coordinates(dims)) {
    const from = source(at);
    const expected =
      typeof from === "number" ? from : offset(inputs, from[0]) + logicalIndex(inputs[from[0]] ?? [], from[1]);
    if (result[physicalIndex(dims, at)] !== expected) assert.fail(`at [${at.join(", ")}]: ${JSON.stringify(plan)}`);
  }
}

function runStep(step: MoveNode, tensors: readonly Int32Array[]): Int32Array {
  const inputs = step.inputs.map((input) => tensors[input] ?? assert.fail(`no tensor ${input}`));
  return step.mode === "view" ? runView(step, inputs) : runSelect(step, inputs);
}

function runView({ shape, base, digits }: ViewNode, [input]: readonly Int32Array[]): Int32Array {
  assert.ok(digits.length <= LIMITS.digits);
  assert.equal(
    digits.reduce((size, { radix }) => size * radix, 1),
    sizeOf(shape),
  );
  for (const [k, { radix, stride }] of digits.entries()) {
    assert.ok(Number.isInteger(radix) && radix > 1 && Number.isInteger(stride) && Math.abs(stride) < 2 ** 31);
    assert.notEqual(digits[k - 1]?.stride, radix * stride, "two digits that are one");
  }
  return Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
    let rest = i;
    let place = base;
    for (const { radix, stride } of digits.toReversed()) {
      place += (rest % radix) * stride;
      rest = Math.floor(rest / radix);
    }
    return input?.[place] ?? assert.fail(`element ${place} is outside`);
  });
}

function runSelect({ shape, outer, inner, sources, fill }: SelectNode, inputs: readonly Int32Array[]): Int32Array {
  assert.equal(outer * sources.length * inner, sizeOf(shape));
  return Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const source = sources[Math.floor(i / inner) % sources.length] ?? assert.fail();
    if (source === FILL) return filled(fill);
    const input = inputs[Math.floor(source / 2 ** 24)] ?? assert.fail(`no input for ${source}`);
    const length = input.length / outer / inner;
    const position = source % 2 ** 24;
    assert.ok(position < length);
    return input[(Math.floor(i / inner / sources.length) * length + position) * inner + (i % inner)] ?? assert.fail();
  });
}

/** Random dimensions with at most about 400 elements; rank 4, the one with an order of its own, most often. */
export function randomDims(random: Random, rank = random.pick([0, 1, 2, 3, 4, 4, 4, 4, 5, 6])): number[] {
  const most = [400, 400, 20, 8, 6, 4, 3][rank] ?? 2;
  return Array.from({ length: rank }, () => (random.below(4) === 0 ? 1 : 1 + random.below(most)));
}

/** Random dimensions with the given product. */
export function randomFactors(random: Random, size: number): number[] {
  const rank = random.pick([1, 2, 3, 4, 4, 4, 5]);
  const dims = Array.from({ length: rank }, () => 1);
  for (let factor = 2, rest = size; rest > 1;)
    if (rest % factor === 0) {
      rest /= factor;
      const axis = random.below(rank);
      dims[axis] = (dims[axis] ?? 1) * factor;
    } else factor++;
  return dims;
}

/** The numbers 0 to count − 1 in random order. */
export function shuffled(random: Random, count: number): number[] {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [order[k], order[other]] = [order[other] ?? 0, order[k] ?? 0];
  }
  return order;
}
