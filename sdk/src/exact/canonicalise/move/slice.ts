import { axesOf, axisOf, checkNumbers } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid } from "./errors.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";
import { viewOf } from "./view.ts";
import type { View } from "./view.ts";

/** Every `step`-th position of an axis from `start` on, `count` of them; all inside the axis. */
interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Inputs of Slice. Without `axes` the first ones are meant; without `steps` each is 1. */
export interface Slices {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes?: readonly number[] | undefined;
  readonly steps?: readonly number[] | undefined;
}

/**
 * Slice. Negative starts and ends count from the end, those beyond it are moved to it; negative steps go backwards.
 * @throws GliaError `EXACT_MOVE_INVALID`, also where nothing would be left, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planSlice(dims: Dims, { starts, ends, axes, steps }: Slices): MovePlan {
  const planner = new Planner("Slice", [dims]);
  const places = axesOf("Slice", axes ?? [...starts.keys()], dims.length);
  checkNumbers("Slice", "starts", starts, places.length);
  checkNumbers("Slice", "ends", ends, places.length);
  checkNumbers("Slice", "steps", steps ?? [], steps && places.length);
  const result = [...dims];
  const ranges = dims.map((count): Range => ({ start: 0, step: 1, count }));
  for (const [k, axis] of places.entries()) {
    const range = rangeOf(dims[axis] ?? 1, starts[k] ?? 0, ends[k] ?? 0, steps?.[k] ?? 1);
    result[axis] = range.count;
    ranges[axis] = range;
  }
  return planner.view(cut(viewOf(dims), ranges), result).finish();
}

function rangeOf(size: number, start: number, end: number, step: number): Range {
  if (step === 0) throw moveInvalid("Slice", "a step is 0; it must be at least 1 or at most −1");
  const clamp = (place: number, least: number, most: number) =>
    Math.min(Math.max(place < 0 ? place + size : place, least), most);
  const first = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
  const last = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
  const count = Math.ceil((last - first) / step);
  if (count < 1)
    throw moveInvalid(
      "Slice",
      `nothing is left of an axis of size ${size} from ${start} to ${end} in steps of ${step}`,
      "Empty tensors are not part of an exact model.",
    );
  return { start: first, step: count === 1 ? 1 : step, count };
}

/** The view of those ranges of a view whose axes have one digit each. */
function cut({ base, axes }: View, ranges: readonly Range[]): View {
  let start = base;
  const digits = axes.map((digitsOfAxis, axis) =>
    digitsOfAxis.map(({ radix, stride }) => {
      const range = ranges[axis] ?? { start: 0, step: 1, count: radix };
      start += range.start * stride;
      return { radix: range.count, stride: stride * range.step };
    }),
  );
  return { base: start, axes: digits };
}

/** Sizes of Split's outputs along `axis`, or into how many outputs of equal size it splits (the last one may be smaller). */
export type Parts = { readonly axis: number } & (
  { readonly sizes: readonly number[]; readonly outputs?: never } | { readonly outputs: number; readonly sizes?: never }
);

/** Most outputs of a Split. */
const MAX_OUTPUTS = 1 << 14;

/**
 * Split: one plan per output.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planSplit(dims: Dims, { axis, sizes, outputs }: Parts): MovePlan[] {
  const check = new Planner("Split", [dims]);
  const place = axisOf(check.operator, axis, dims.length);
  const size = dims[place] ?? 1;
  const parts = sizes ?? evenly(size, outputs);
  checkNumbers("Split", "split", parts);
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (total !== size || parts.some((part) => part < 1) || parts.length > MAX_OUTPUTS)
    throw moveInvalid(
      "Split",
      `[${parts.slice(0, 8).join(", ")}${parts.length > 8 ? ", …" : ""}] do not split an axis of size ${size} into parts of at least 1`,
    );
  let start = 0;
  return parts.map((count) => {
    const ranges = dims.map((all, k): Range =>
      k === place ? { start, step: 1, count } : { start: 0, step: 1, count: all },
    );
    start += count;
    return new Planner("Split", [dims]).view(cut(viewOf(dims), ranges), dims.with(place, count)).finish();
  });
}

function evenly(size: number, outputs: number): number[] {
  if (!Number.isInteger(outputs) || outputs < 1 || outputs > Math.min(size, MAX_OUTPUTS))
    throw moveInvalid("Split", `an axis of size ${size} cannot be split into ${outputs} outputs`);
  const part = Math.ceil(size / outputs);
  return Array.from({ length: outputs }, (_, k) => (k < outputs - 1 ? part : size - part * (outputs - 1)));
}
