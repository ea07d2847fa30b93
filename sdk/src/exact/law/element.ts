import type { Shape } from "../model.ts";

/** The value, 0 to 255, of an output's element by its place in physical order. */
export type Element = (index: number) => number;

/** Coordinates of an element. */
export interface Position {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
}

/** Coordinates of the element at `index` in physical order. */
export function positionOf(shape: Shape, index: number): Position {
  const c = index % shape.c;
  const pixel = (index - c) / shape.c;
  const w = pixel % shape.w;
  const row = (pixel - w) / shape.w;
  const h = row % shape.h;
  return { n: (row - h) / shape.h, h, w, c };
}

/** Place in physical order of the first channel of a pixel. */
export function pixelAt(shape: Shape, n: number, h: number, w: number): number {
  return ((n * shape.h + h) * shape.w + w) * shape.c;
}
