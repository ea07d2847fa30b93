import { axesOf, checkDims, checkNumbers, MAX_RANK, product } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid } from "./errors.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";
import { viewOf } from "./view.ts";

/** Identity: no step. @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_TENSOR_TOO_LARGE`. */
export function planIdentity(dims: Dims): MovePlan {
  return new Planner("Identity", [dims]).finish();
}

/**
 * Reshape. In `target`, −1 (at most once) is whatever is left, 0 the input's dimension at that place unless `allowZero`.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planReshape(dims: Dims, target: readonly number[], allowZero = false): MovePlan {
  const planner = new Planner("Reshape", [dims]);
  checkNumbers("Reshape", "the shape", target);
  if (target.length > MAX_RANK)
    throw moveInvalid("Reshape", `the shape has ${target.length} dimensions; at most ${MAX_RANK} are allowed`);
  const sizes = target.map((size, axis) => (size === 0 && !allowZero ? kept(dims, axis) : size));
  const open = sizes.filter((size) => size === -1).length;
  if (open > 1) throw moveInvalid("Reshape", `the shape [${target.join(", ")}] has −1 more than once`);
  const rest = product(dims) / product(sizes.filter((size) => size !== -1));
  if (open === 1 && !(Number.isInteger(rest) && rest >= 1))
    throw moveInvalid("Reshape", `no size for −1 makes [${target.join(", ")}] hold ${product(dims)} elements`);
  const result = sizes.map((size) => (size === -1 ? rest : size));
  return planner.view(viewOf(dims), result).finish();
}

function kept(dims: Dims, axis: number): number {
  const size = dims[axis];
  if (size === undefined)
    throw moveInvalid(
      "Reshape",
      `0 at place ${axis} copies a dimension that an input with ${dims.length} does not have`,
    );
  return size;
}

/** Flatten: everything before `axis` becomes rows, the rest columns. @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_TENSOR_TOO_LARGE`. */
export function planFlatten(dims: Dims, axis = 1): MovePlan {
  const planner = new Planner("Flatten", [dims]);
  const rank = dims.length;
  if (!Number.isInteger(axis) || axis < -rank || axis > rank)
    throw moveInvalid("Flatten", `axis is ${axis}; for ${rank} dimensions it must be from ${-rank} to ${rank}`);
  const cut = axis < 0 ? axis + rank : axis;
  return planner.view(viewOf(dims), [product(dims.slice(0, cut)), product(dims.slice(cut))]).finish();
}

/** Squeeze: drops the axes, or all of size 1. @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`. */
export function planSqueeze(dims: Dims, axes?: readonly number[]): MovePlan {
  const planner = new Planner("Squeeze", [dims]);
  const dropped = new Set(
    axes ? axesOf("Squeeze", axes, dims.length) : [...dims.keys()].filter((axis) => dims[axis] === 1),
  );
  for (const axis of dropped)
    if (dims[axis] !== 1)
      throw moveInvalid("Squeeze", `axis ${axis} has the size ${dims[axis] ?? 0}; only axes of size 1 can be dropped`);
  const result = dims.filter((_, axis) => !dropped.has(axis));
  return planner.view(viewOf(dims), result).finish();
}

/** Unsqueeze: new axes of size 1 at these places of the result. @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`. */
export function planUnsqueeze(dims: Dims, axes: readonly number[]): MovePlan {
  const planner = new Planner("Unsqueeze", [dims]);
  if (axes.length > MAX_RANK) throw moveInvalid("Unsqueeze", `${axes.length} axes are too many`);
  const added = new Set(axesOf("Unsqueeze", axes, dims.length + axes.length));
  const old = dims.values();
  const result = Array.from({ length: dims.length + axes.length }, (_, axis) =>
    added.has(axis) ? 1 : (old.next().value ?? 1),
  );
  checkDims("Unsqueeze", result);
  return planner.view(viewOf(dims), result).finish();
}
