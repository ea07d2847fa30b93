import { FILL } from "../../model.ts";
import { checkDims, MAX_POSITIONS, MAX_SOURCES, physicalAxes, product } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveUnsupported } from "./errors.ts";
import type { Planner } from "./planner.ts";
import { viewOf } from "./view.ts";
import type { Digit, View } from "./view.ts";

/** Stands for the fill byte in a list of positions. */
export const NOWHERE = -1;

/** Most positions that are picked along several axes at once, so that the list of sources stays small beside a model. */
const MAX_JOINED = 1 << 16;

/** Positions of an axis, one for each position of the result, or {@link NOWHERE}; undefined where the axis stays. */
export type Picks = readonly (Int32Array | undefined)[];

/**
 * A list of `length` positions of an axis of size `size`.
 * @throws GliaError `EXACT_MOVE_UNSUPPORTED` if it is too long, before it is made.
 */
export function positionsOf(operator: string, size: number, length: number, place: (i: number) => number): Int32Array {
  checkPositions(operator, length, size);
  const positions = new Int32Array(length);
  for (let i = 0; i < length; i++) positions[i] = place(i);
  return positions;
}

function checkPositions(operator: string, length: number, size = 1): void {
  if (length > MAX_SOURCES || size > MAX_POSITIONS)
    throw moveUnsupported(
      operator,
      `it picks ${length} positions of an axis of size ${size}; a Move picks at most ${MAX_SOURCES} of ${MAX_POSITIONS}`,
      "Use a smaller tensor.",
    );
}

/**
 * Picks positions along several axes at once. One view if all positions follow an affine map; otherwise selects, neighbouring axes
 * in one where that is possible.
 * @throws GliaError `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function pick(planner: Planner, picks: Picks, fill = 0): Planner {
  const { dims } = planner;
  const result = dims.map((size, axis) => picks[axis]?.length ?? size);
  checkDims(planner.operator, result);
  const view = pickedView(dims, picks);
  if (view !== undefined) return planner.view(view, result);
  for (const group of neighbours(dims, picks)) selectAlong(planner, group, picks, fill);
  return planner;
}

/** The picked positions of a stored tensor as one view; undefined if they follow no affine map. */
export function pickedView(dims: Dims, picks: Picks): View | undefined {
  const views = viewOf(dims).axes.map((digits, axis) => affineAxis(digits, picks[axis]));
  if (!views.every((view) => view !== undefined)) return undefined;
  return { base: views.reduce((sum, { base }) => sum + base, 0), axes: views.map(({ digits }) => digits) };
}

/** The picked positions of a stored axis as digits; undefined if they are no affine map. */
function affineAxis([digit]: readonly Digit[], positions: Int32Array | undefined): Affine | undefined {
  const { radix, stride } = digit ?? { radix: 1, stride: 0 };
  const map = positions ? affineMap(positions) : { base: 0, digits: [{ radix, stride: 1 }] };
  return (
    map && {
      base: map.base * stride,
      digits: map.digits.map((part) => ({ radix: part.radix, stride: part.stride * stride })),
    }
  );
}

interface Affine {
  readonly base: number;
  readonly digits: readonly Digit[];
}

/**
 * Digits such that position i of the list is `base + Σ d_k(i) · stride_k`; undefined if there are none. The longest run from the start with
 * equal steps is a product of the last digits: if it went on into the next digit, both would be one.
 */
export function affineMap(positions: Int32Array): Affine | undefined {
  const [base = 0, second = base] = positions;
  if (positions.includes(NOWHERE)) return undefined;
  if (positions.length <= 1) return { base, digits: [] };
  const stride = second - base;
  let run = 2;
  while (run < positions.length && (positions[run] ?? 0) === base + run * stride) run++;
  if (positions.length % run !== 0) return undefined;
  const heads = positions.filter((_, i) => i % run === 0);
  if (positions.some((position, i) => position !== (heads[Math.floor(i / run)] ?? 0) + (i % run) * stride))
    return undefined;
  const rest = affineMap(heads);
  return rest && { base, digits: [...rest.digits, { radix: run, stride }] };
}

/** Groups of axes that lie side by side in the stored order and are picked from together; axes of size 1 in between do not part them. */
function neighbours(dims: Dims, picks: Picks): number[][] {
  const groups: number[][] = [];
  let open = false;
  for (const axis of physicalAxes(dims.length)) {
    const positions = picks[axis];
    const last = groups.at(-1);
    if (positions === undefined) open = open && dims[axis] === 1;
    else if (open && last !== undefined && fits([...last, axis], dims, picks)) last.push(axis);
    else groups.push([axis]);
    open ||= positions !== undefined;
  }
  return groups;
}

function fits(group: readonly number[], dims: Dims, picks: Picks): boolean {
  const picked = product(group.map((axis) => picks[axis]?.length ?? 1));
  return picked <= MAX_JOINED && product(group.map((axis) => dims[axis] ?? 1)) <= MAX_POSITIONS;
}

/** One select along the axes of a group, outermost first. */
function selectAlong(planner: Planner, group: readonly number[], picks: Picks, fill: number): void {
  const { dims } = planner;
  let sources = Float64Array.of(0);
  for (const axis of group) {
    const size = dims[axis] ?? 1;
    const positions = picks[axis] ?? Int32Array.of(0);
    checkPositions(planner.operator, positions.length, size);
    const joined = new Float64Array(sources.length * positions.length);
    for (const [k, outer] of sources.entries())
      for (const [j, inner] of positions.entries())
        joined[k * positions.length + j] = outer === FILL || inner === NOWHERE ? FILL : outer * size + inner;
    sources = joined;
  }
  const order = physicalAxes(dims.length);
  const sizes = order.map((axis) => dims[axis] ?? 1);
  const first = order.indexOf(group[0] ?? 0);
  const last = order.indexOf(group.at(-1) ?? 0);
  const result = dims.map((size, axis) => (group.includes(axis) ? (picks[axis]?.length ?? size) : size));
  checkDims(planner.operator, result);
  planner.select(result, {
    outer: product(sizes.slice(0, first)),
    inner: product(sizes.slice(last + 1)),
    sources: Uint32Array.from(sources),
    fill,
  });
}
