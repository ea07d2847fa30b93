import type { Random } from "../../../sdk/src/exact/random.ts";
import type { Glyph } from "./strokes.ts";

/** Side of an image in pixels. */
export const SIDE = 28;

/** How a digit is drawn: bright pen on dark ground, as single bytes. Ranges differ between training and held-out images. */
export interface Drawing {
  /** Half the pen's width, as part of the side. */
  readonly pen: readonly [least: number, most: number];
  /** How soft the pen's edge is, as part of the side. */
  readonly blur: readonly [least: number, most: number];
  /** Brightness of the pen and of the ground, from 0 to 1. */
  readonly ink: readonly [least: number, most: number];
  readonly ground: readonly [least: number, most: number];
  /** Deviation of the normal noise of each pixel. */
  readonly noise: number;
  /** Largest side of a square that hides part of the image, in pixels. */
  readonly patch: number;
  /** Change of brightness across the image; training has none. */
  readonly slope: number;
  /** Share of pixels that are black or white; training has none. */
  readonly specks: number;
  /** Thin scratches across the image; training has none. */
  readonly scratches: number;
}

/** Draws a glyph as {@link SIDE} × {@link SIDE} bytes, row by row. */
export function render(glyph: Glyph, by: Drawing, random: Random): Uint8Array {
  const pen = random.between(...by.pen);
  const blur = random.between(...by.blur);
  const ink = random.between(...by.ink);
  const ground = random.between(...by.ground);
  const [tiltX, tiltY] = [random.between(-by.slope, by.slope), random.between(-by.slope, by.slope)];
  const scratches = Array.from({ length: by.scratches }, () => ({
    at: random.between(0.1, 0.9),
    lean: random.between(-0.4, 0.4),
    light: random.between(0, 0.6),
  }));
  const side = random.below(by.patch + 1);
  const [patchX, patchY] = [random.below(SIDE - side), random.below(SIDE - side)];
  const image = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const [x, y] = [(column + 0.5) / SIDE, (row + 0.5) / SIDE];
      const depth = (pen + blur - distance(glyph, x, y)) / (2 * blur);
      const cover = Math.min(1, Math.max(0, depth));
      let light = ground + (ink - ground) * cover * cover * (3 - 2 * cover);
      for (const scratch of scratches)
        if (Math.abs(y - scratch.at - scratch.lean * (x - 0.5)) < 0.018) light = scratch.light;
      const hidden = column >= patchX && column < patchX + side && row >= patchY && row < patchY + side;
      if (hidden) light = ground;
      light += tiltX * (x - 0.5) + tiltY * (y - 0.5) + random.normal() * by.noise;
      if (random.between(0, 1) < by.specks) light = random.below(2);
      image[row * SIDE + column] = Math.round(255 * Math.min(1, Math.max(0, light)));
    }
  }
  return image;
}

/** Distance from a point to the nearest line of a glyph. */
function distance(glyph: Glyph, x: number, y: number): number {
  let least = 4;
  for (const stroke of glyph) {
    let [ax, ay] = stroke[0] ?? [9, 9];
    for (const [bx, by] of stroke) {
      const [dx, dy] = [bx - ax, by - ay];
      const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      const [ex, ey] = [x - ax - along * dx, y - ay - along * dy];
      least = Math.min(least, ex * ex + ey * ey);
      [ax, ay] = [bx, by];
    }
  }
  return Math.sqrt(least);
}
