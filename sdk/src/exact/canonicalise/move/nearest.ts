import { moveInvalid } from "./errors.ts";
import { NOWHERE, positionsOf } from "./pick.ts";

const f32 = Math.fround;

/** One axis of a Resize. */
export interface ResizedAxis {
  /** Sizes before and after. */
  readonly from: number;
  readonly to: number;
  /** float32. */
  readonly scale: number;
  /** The part of the axis that is resized, in units of its length; only "tf_crop_and_resize" looks at it. */
  readonly start: number;
  readonly end: number;
}

/**
 * Coordinate in the input of each position of the output, in the order of operations of ONNX Runtime's `upsamplebase.h`, with float32 arithmetic
 * where it has it: one bit decides which neighbour is the nearest.
 */
const COORDINATES: Readonly<Record<string, (x: number, axis: ResizedAxis) => number>> = {
  half_pixel: (x, { scale }) => f32(f32(f32(x + 0.5) / scale) - 0.5),
  half_pixel_symmetric: (x, { scale, from, to }) => {
    const offset = f32(f32(from / 2) * f32(1 - f32(to / f32(scale * from))));
    return f32(offset + (x + 0.5) / scale - 0.5);
  },
  pytorch_half_pixel: (x, { scale, to }) => (to > 1 ? f32(f32(f32(x + 0.5) / scale) - 0.5) : 0),
  align_corners: (x, { from, to }) => (to === 1 ? 0 : f32(f32(x * (from - 1)) / (to - 1))),
  asymmetric: (x, { scale }) => f32(x / scale),
  tf_half_pixel_for_nn: (x, { scale }) => f32(f32(x + 0.5) / scale),
  tf_crop_and_resize: (x, { from, to, start, end }) => {
    if (to === 1) return f32(0.5 * f32(start + end) * (from - 1));
    const inside = f32(f32(f32(x * f32(end - start)) * (from - 1)) / (to - 1));
    return f32(f32(start * (from - 1)) + inside);
  },
};

/** Half-way cases go away from 0, as in C. */
const roundAway = (x: number) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => (x === f32(Math.trunc(x) + 0.5) ? Math.floor(x) : roundAway(x)),
  round_prefer_ceil: roundAway,
  floor: Math.floor,
  ceil: Math.ceil,
};

/** The function of that name. @throws GliaError `EXACT_MOVE_INVALID` if there is none. */
function named<T>(functions: Readonly<Record<string, T>>, attribute: string, name: string): T {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (found === undefined)
    throw moveInvalid("Resize", `${attribute} is ${name}; it must be one of ${Object.keys(functions).join(", ")}`);
  return found;
}

/**
 * Makes the function that gives an axis' nearest positions in the input, one per position of the output, or NOWHERE where "tf_crop_and_resize" leaves the image.
 * @throws GliaError `EXACT_MOVE_INVALID` for unknown modes; the function `EXACT_MOVE_UNSUPPORTED` for too long an axis.
 */
export function nearestPositions(coordinateMode: string, nearestMode: string): (axis: ResizedAxis) => Int32Array {
  const coordinate = named(COORDINATES, "coordinate_transformation_mode", coordinateMode);
  const nearest = named(NEAREST, "nearest_mode", nearestMode);
  return (axis) =>
    positionsOf("Resize", axis.to, (x) => {
      const place = coordinate(x, axis);
      if (coordinateMode === "tf_crop_and_resize" && (place < 0 || place > axis.from - 1)) return NOWHERE;
      return Math.min(Math.max(nearest(place), 0), axis.from - 1);
    });
}
