import { axesOf, checkDims, checkNumbers } from "./dims.ts";
import type { Dims } from "./dims.ts";
import { moveInvalid, moveUnsupported } from "./errors.ts";
import { NOWHERE, pick, positionsOf } from "./pick.ts";
import { Planner } from "./planner.ts";
import type { MovePlan } from "./planner.ts";

/** Inputs of Pad. */
export interface Padding {
  /** Positions to add before each of the axes, then behind each. */
  readonly pads: readonly number[];
  /** All of them, if they are not named. */
  readonly axes?: readonly number[] | undefined;
  /** "constant" (default), "edge", "reflect" or "wrap". */
  readonly mode?: string | undefined;
  /** The byte for "constant". */
  readonly fill: number;
}

/**
 * Pad; negative pads, which cut, are refused.
 * @throws GliaError `EXACT_MOVE_INVALID`, `EXACT_MOVE_UNSUPPORTED`, `EXACT_TENSOR_TOO_LARGE`.
 */
export function planPad(dims: Dims, { pads, axes, mode = "constant", fill }: Padding): MovePlan {
  const planner = new Planner("Pad", [dims]);
  const places = axesOf("Pad", axes ?? [...dims.keys()], dims.length);
  checkNumbers("Pad", "pads", pads, 2 * places.length);
  if (!(Number.isInteger(fill) && fill >= 0 && fill <= 255))
    throw moveInvalid("Pad", `the constant is ${fill}; it must be a byte`);
  if (pads.some((count) => count < 0))
    throw moveUnsupported("Pad", `the pads [${pads.join(", ")}] have a negative one`, "Cut with Slice instead.");
  const before = new Map(places.map((axis, k) => [axis, pads[k] ?? 0]));
  const behind = new Map(places.map((axis, k) => [axis, pads[k + places.length] ?? 0]));
  const sizes = dims.map((size, axis) => size + (before.get(axis) ?? 0) + (behind.get(axis) ?? 0));
  checkDims("Pad", sizes);
  const picks = dims.map((size, axis) => {
    const length = sizes[axis] ?? size;
    if (length === size) return undefined;
    const place = sourceOf(mode, size, Math.max(before.get(axis) ?? 0, behind.get(axis) ?? 0));
    const first = before.get(axis) ?? 0;
    return positionsOf("Pad", size, length, (i) => place(i - first));
  });
  return pick(planner, picks, fill).finish();
}

/** Where position i of the padded axis comes from; i is negative before the axis and at least `size` behind it. */
function sourceOf(mode: string, size: number, most: number): (i: number) => number {
  const modulo = (i: number, length: number) => ((i % length) + length) % length;
  switch (mode) {
    case "constant":
      return (i) => (i < 0 || i >= size ? NOWHERE : i);
    case "edge":
      return (i) => Math.min(Math.max(i, 0), size - 1);
    case "wrap":
      return (i) => modulo(i, size);
    case "reflect":
      if (most >= size)
        throw moveInvalid(
          "Pad",
          `an axis of size ${size} cannot be reflected ${most} positions far; at most ${size - 1}`,
        );
      return (i) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i);
    default:
      throw moveUnsupported("Pad", `the mode ${mode} is not known`, "Use constant, edge, reflect or wrap.");
  }
}
