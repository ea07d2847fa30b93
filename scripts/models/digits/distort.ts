import type { Random } from "../../../sdk/src/exact/random.ts";
import type { Glyph, Point } from "./strokes.ts";

/** How far a digit's outline is bent. Training and held-out images have different ranges; lengths are parts of the image's side. */
export interface Bending {
  /** Rotation either way, in degrees. */
  readonly rotation: readonly [least: number, most: number];
  /** Sideways lean, as horizontal shift per height. */
  readonly shear: readonly [least: number, most: number];
  /** Size along each axis. */
  readonly scale: readonly [least: number, most: number];
  readonly shift: number;
  /** Deviation of each point of the pen's path. */
  readonly jitter: number;
  /** Height of a smooth random displacement. */
  readonly elastic: number;
  /** Height of a sine wave through the digit; training has none. */
  readonly wave: number;
  /** Narrowing towards one side, as in a photograph from an angle; training has none. */
  readonly perspective: number;
}

/** Bends a glyph by chance and places it in the middle of the image, from (0, 0) to (1, 1). */
export function bend(glyph: Glyph, by: Bending, random: Random): Glyph {
  const either = ([least, most]: readonly [number, number]) =>
    random.between(least, most) * (random.below(2) === 0 ? -1 : 1);
  const angle = (either(by.rotation) * Math.PI) / 180;
  const shear = either(by.shear);
  const width = random.between(...by.scale) * 0.62;
  const height = random.between(...by.scale) * 0.72;
  const [right, down] = [random.between(-by.shift, by.shift), random.between(-by.shift, by.shift)];
  const narrow = random.between(-by.perspective, by.perspective);
  const swing = either([by.wave / 2, by.wave]);
  const phase = random.between(0, 6.28);
  const swirl = Array.from({ length: 4 }, () => [
    random.between(-1, 1) * by.elastic,
    random.between(2, 7),
    random.between(0, 6.28),
  ]);
  const field = (which: number, at: number) => {
    const [size = 0, pace = 0, start = 0] = swirl[which] ?? [];
    return size * Math.sin(pace * at + start);
  };
  return glyph.map((stroke) =>
    refine(stroke).map(([px, py]): Point => {
      let x = px - 0.5 + random.normal() * by.jitter;
      let y = py - 0.5 + random.normal() * by.jitter;
      [x, y] = [x + field(0, y) + field(1, x), y + field(2, x) + field(3, y)];
      x = (x + swing * Math.sin(9 * y + phase)) * (1 + narrow * y) * width;
      y = y * height;
      x -= shear * y;
      return [
        0.5 + right + x * Math.cos(angle) - y * Math.sin(angle),
        0.5 + down + x * Math.sin(angle) + y * Math.cos(angle),
      ];
    }),
  );
}

/** Puts points between distant ones, so that straight lines bend too. */
function refine(stroke: readonly Point[]): Point[] {
  return stroke.flatMap(([x, y], index) => {
    const next = stroke[index + 1];
    if (next === undefined) return [[x, y] as const];
    const pieces = Math.max(1, Math.round(Math.hypot(next[0] - x, next[1] - y) / 0.25));
    return Array.from({ length: pieces }, (_, piece): Point => {
      const part = piece / pieces;
      return [x + (next[0] - x) * part, y + (next[1] - y) * part];
    });
  });
}
