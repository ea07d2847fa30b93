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

/** What ONNX Runtime 1.30.0 takes for half-way between two pixels (measured: 9.5e-7 is, 1.01e-6 is not). */
const HALF_WAY = 1e-6;

/** Rounds to the nearest whole number, half-way cases to the one above (`step` = 1) or below (0). */
const rounding = (step: 0 | 1) => (x: number) => {
  const floor = Math.floor(x);
  return Math.abs(x - floor - 0.5) < HALF_WAY ? floor + step : Math.floor(x + 0.5);
};

const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: rounding(0),
  round_prefer_ceil: rounding(1),
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
    positionsOf("Resize", axis.from, axis.to, (x) => {
      const place = coordinate(x, axis);
      if (coordinateMode === "tf_crop_and_resize" && (place < 0 || place > axis.from - 1)) return NOWHERE;
      return Math.min(Math.max(nearest(place), 0), axis.from - 1);
    });
}
