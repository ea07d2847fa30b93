import { axesOf, checkDims, checkNumbers } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid } from "./errors.ts";
import { nearestPositions } from "./nearest.ts";
import { pick } from "./pick.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";

const f32 = Math.fround;

/** Inputs and attributes of Resize in mode "nearest"; exactly one of `scales` and `sizes`. */
export interface Resizing {
  readonly scales?: readonly number[] | undefined;
  readonly sizes?: readonly number[] | undefined;
  /** Axes that `scales`, `sizes` and `roi` speak of; all of them, if they are not named. */
  readonly axes?: readonly number[] | undefined;
  /** Starts of all those axes, then ends, in units of their length. */
  readonly roi?: readonly number[] | undefined;
  readonly coordinateMode?: string | undefined;
  readonly nearestMode?: string | undefined;
  /** keep_aspect_ratio_policy, for `sizes`. */
  readonly policy?: string | undefined;
  /** The byte for positions outside the image in mode "tf_crop_and_resize". */
  readonly fill?: number | undefined;
}

/**
 * Resize to the nearest pixel, as ONNX Runtime does it.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planResize(dims: Dims, options: Resizing): MovePlan {
  const { coordinateMode = "half_pixel", nearestMode = "round_prefer_floor", fill = 0 } = options;
  const planner = new Planner("Resize", [dims]);
  const places = axesOf("Resize", options.axes ?? [...dims.keys()], dims.length);
  const positions = nearestPositions(coordinateMode, nearestMode);
  const { scales, sizes } = targetOf(dims, places, options);
  const roi = coordinateMode === "tf_crop_and_resize" ? regionOf(places, options.roi) : new Map<number, never>();
  checkDims("Resize", sizes);
  // ONNX Runtime copies if no size changes, and leaves an axis alone whose scale is 1 (unless it is the only one).
  if (sizes.every((size, axis) => size === dims[axis])) return planner.finish();
  const picks = dims.map((from, axis) => {
    const [scale = 1, to = from] = [scales[axis], sizes[axis]];
    const [start, end] = roi.get(axis) ?? [0, 1];
    return scale === 1 && dims.length > 1 ? undefined : positions({ from, to, scale, start, end });
  });
  return pick(planner, picks, fill).finish();
}

interface Target {
  readonly scales: readonly number[];
  readonly sizes: readonly number[];
}

/** Scale (float32) and size of every axis. */
function targetOf(dims: Dims, places: readonly number[], { scales, sizes, policy = "stretch" }: Resizing): Target {
  if ((scales === undefined) === (sizes === undefined))
    throw moveInvalid("Resize", "exactly one of scales and sizes must be given");
  if (sizes !== undefined) return byPolicy(dims, places, sizes, policy);
  const given = scales?.map(f32) ?? [];
  if (given.length !== places.length)
    throw moveInvalid("Resize", `there are ${given.length} scales for ${places.length} axes`);
  const bad = given.find((scale) => !(scale > 0 && scale < Infinity));
  if (bad !== undefined) throw moveInvalid("Resize", `a scale is ${bad}; it must be a positive number`);
  const all = new Map(places.map((axis, k) => [axis, given[k] ?? 1]));
  return {
    scales: dims.map((_, axis) => all.get(axis) ?? 1),
    sizes: dims.map((size, axis) => Math.trunc(f32(f32(size) * (all.get(axis) ?? 1)))),
  };
}

function byPolicy(dims: Dims, places: readonly number[], sizes: readonly number[], policy: string): Target {
  checkNumbers("Resize", "sizes", sizes, places.length);
  const named = dims.map((size, axis) => (places.includes(axis) ? (sizes[places.indexOf(axis)] ?? size) : size));
  const scales = named.map((size, axis) => f32(f32(size) / f32(dims[axis] ?? 1)));
  if (policy === "stretch") return { scales, sizes: named };
  if (policy !== "not_larger" && policy !== "not_smaller")
    throw moveInvalid("Resize", `keep_aspect_ratio_policy is ${policy}; it must be stretch, not_larger or not_smaller`);
  const chosen = places.map((axis) => scales[axis] ?? 1);
  const scale = policy === "not_larger" ? Math.min(...chosen) : Math.max(...chosen);
  return {
    scales: scales.map((_, axis) => (places.includes(axis) ? scale : 1)),
    sizes: dims.map((size, axis) => (places.includes(axis) ? Math.floor(f32(scale * size) + 0.5) : size)),
  };
}

function regionOf(places: readonly number[], roi: readonly number[] = []): Map<number, readonly [number, number]> {
  if (roi.length !== 2 * places.length || !roi.every(Number.isFinite))
    throw moveInvalid("Resize", `roi must be ${2 * places.length} finite numbers: all starts, then all ends`);
  return new Map(places.map((axis, k) => [axis, [f32(roi[k] ?? 0), f32(roi[k + places.length] ?? 1)]]));
}
