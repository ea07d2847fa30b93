import { axisOf, checkDims, checkNumbers, MAX_RANK, product } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid } from "./errors.ts";
import { pick, pickedView } from "./pick.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";
import { viewOf } from "./view.ts";

/** Inputs of Gather. */
export interface Indices {
  /** Positions along the axis, row-major; negative ones count from the end. */
  readonly indices: readonly number[];
  /** Dimensions of `indices`; none for a single number. */
  readonly indicesDims: Dims;
  readonly axis?: number | undefined;
}

/**
 * Gather with constant indices; their dimensions take the place of the axis.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planGather(dims: Dims, { indices, indicesDims, axis = 0 }: Indices): MovePlan {
  const planner = new Planner("Gather", [dims]);
  const place = axisOf("Gather", axis, dims.length);
  const size = dims[place] ?? 1;
  checkDims("Gather", indicesDims);
  checkNumbers("Gather", "indices", indices, product(indicesDims));
  if (dims.length + indicesDims.length - 1 > MAX_RANK)
    throw moveInvalid("Gather", `the result would have more than ${MAX_RANK} dimensions`);
  const result = dims.toSpliced(place, 1, ...indicesDims);
  checkDims("Gather", result);
  const outside = indices.find((index) => index < -size || index >= size);
  if (outside !== undefined)
    throw moveInvalid(
      "Gather",
      `the index ${outside} is outside an axis of size ${size}; from ${-size} to ${size - 1}`,
    );
  const positions = Int32Array.from(indices, (index) => (index < 0 ? index + size : index));
  const picks = dims.map((_, k) => (k === place ? positions : undefined));
  const view = pickedView(dims, picks);
  if (view !== undefined) return planner.view(view, result).finish();
  pick(planner, picks);
  return planner.view(viewOf(planner.dims), result).finish();
}
