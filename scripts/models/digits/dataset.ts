import { bend } from "./distort.ts";
import type { Bending } from "./distort.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";
import { render } from "./render.ts";
import type { Drawing } from "./render.ts";
import { HELD_OUT_SHAPES } from "./shapes-held-out.ts";
import { TRAINING_SHAPES } from "./shapes-train.ts";
import type { Glyph } from "./strokes.ts";

/** An image of {@link SIDE} × {@link SIDE} bytes and the digit that it shows. */
export interface Sample {
  readonly image: Uint8Array;
  readonly digit: number;
}

/** Shapes and distortions from which samples are drawn. */
export interface Source {
  readonly shapes: readonly (readonly Glyph[])[];
  readonly bending: Bending;
  readonly drawing: Drawing;
}

/** What the network learns from. */
export const TRAINING: Source = {
  shapes: TRAINING_SHAPES,
  bending: {
    rotation: [0, 16],
    shear: [0, 0.3],
    scale: [0.72, 1.2],
    shift: 0.09,
    jitter: 0.025,
    elastic: 0.1,
    wave: 0,
    perspective: 0,
  },
  drawing: {
    pen: [0.025, 0.07],
    blur: [0.015, 0.045],
    ink: [0.55, 1],
    ground: [0, 0.15],
    noise: 0.08,
    patch: 6,
    slope: 0,
    specks: 0,
    scratches: 0,
  },
};

/** What it is judged by: other shapes, more rotation and lean, thicker or softer pens, and four kinds of distortion that training lacks. */
export const HELD_OUT: Source = {
  shapes: HELD_OUT_SHAPES,
  bending: {
    rotation: [16, 19],
    shear: [0, 0.1],
    scale: [0.8, 1.05],
    shift: 0.06,
    jitter: 0.008,
    elastic: 0.03,
    wave: 0.035,
    perspective: 0.25,
  },
  drawing: {
    pen: [0.07, 0.076],
    blur: [0.045, 0.05],
    ink: [0.6, 1],
    ground: [0, 0.15],
    noise: 0.04,
    patch: 0,
    slope: 0.2,
    specks: 0.015,
    scratches: 1,
  },
};

/** An image as the networks take it: brightness from 0 to 1. */
export function brightness({ image }: Sample): Float32Array {
  return Float32Array.from(image, (byte) => byte / 255);
}

/** Draws `count` samples whose digits take turns. */
export function drawSamples(source: Source, count: number, random: Random): Sample[] {
  return Array.from({ length: count }, (_, index) => {
    const digit = index % 10;
    const shapes = source.shapes[digit] ?? [];
    const glyph = shapes[random.below(shapes.length)] ?? [];
    return { digit, image: render(bend(glyph, source.bending, random), source.drawing, random) };
  });
}
