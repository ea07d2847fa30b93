import { checkDims, checkNumbers, MAX_RANK } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid } from "./errors.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";
import { viewOf } from "./view.ts";
import type { Digit } from "./view.ts";

/**
 * Expand: repeats axes of size 1 so that the input has at least this shape, by the broadcasting rules of ONNX.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planExpand(dims: Dims, shape: readonly number[]): MovePlan {
  const planner = new Planner("Expand", [dims]);
  checkDims("Expand", shape);
  const rank = Math.max(dims.length, shape.length);
  const have = pad(dims, rank);
  const want = pad(shape, rank);
  const result = have.map((size, axis) => {
    const wanted = want[axis] ?? 1;
    if (size !== wanted && size !== 1 && wanted !== 1)
      throw moveInvalid("Expand", `[${dims.join(", ")}] cannot be broadcast to [${shape.join(", ")}]`);
    return Math.max(size, wanted);
  });
  checkDims("Expand", result);
  const stored = viewOf(dims);
  const axes = result.map((size, axis): readonly Digit[] =>
    have[axis] === size ? (stored.axes[axis - (rank - dims.length)] ?? []) : [{ radix: size, stride: 0 }],
  );
  return planner.view({ base: 0, axes }, result).finish();
}

/** The same dimensions with sizes of 1 in front. */
function pad(dims: Dims, rank: number): number[] {
  return [...Array.from({ length: rank - dims.length }, () => 1), ...dims];
}

/**
 * Tile: the whole tensor `repeats[k]` times along axis k.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planTile(dims: Dims, repeats: readonly number[]): MovePlan {
  const planner = new Planner("Tile", [dims]);
  checkNumbers("Tile", "repeats", repeats, Math.min(dims.length, MAX_RANK));
  const { base, axes } = viewOf(dims);
  const tiled = axes.map((digits, axis): readonly Digit[] => [{ radix: repeats[axis] ?? 1, stride: 0 }, ...digits]);
  const result = dims.map((size, axis) => size * (repeats[axis] ?? 1));
  return planner.view({ base, axes: tiled }, result).finish();
}
