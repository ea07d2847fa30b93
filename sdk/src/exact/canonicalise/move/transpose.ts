import { axesOf } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid } from "./errors.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";
import { permute, viewOf } from "./view.ts";

/**
 * Transpose: axis k of the result is axis `order[k]` of the input; without `order` all axes are reversed.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planTranspose(dims: Dims, order?: readonly number[]): MovePlan {
  const planner = new Planner("Transpose", [dims]);
  const axes = order ?? [...dims.keys()].reverse();
  if (axes.length !== dims.length)
    throw moveInvalid("Transpose", `perm names ${axes.length} axes, but the input has ${dims.length}`);
  const places = axesOf("Transpose", axes, dims.length);
  const result = places.map((axis) => dims[axis] ?? 1);
  return planner.view(permute(viewOf(dims), places), result).finish();
}
