/** A point in a box from (0, 0) at the top left to (1, 1) at the bottom right. */
export type Point = readonly [x: number, y: number];

/** What a pen draws without being lifted. */
export type Stroke = readonly Point[];

/** One way of writing a digit. */
export type Glyph = readonly Stroke[];

/** Straight lines from point to point. */
export function line(...points: readonly Point[]): Stroke {
  return points;
}

/** Part of an ellipse; angles in degrees, 0 to the right, 90 downwards. */
export function arc(x: number, y: number, width: number, height: number, from: number, to: number): Stroke {
  const steps = Math.max(4, Math.ceil(Math.abs(to - from) / 24));
  return Array.from({ length: steps + 1 }, (_, step): Point => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
  });
}

/** Strokes drawn as one. */
export function join(...strokes: readonly Stroke[]): Stroke {
  return strokes.flat();
}
