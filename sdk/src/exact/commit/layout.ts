import { GliaError } from "../../errors.ts";
import { LIMITS, sizeOf } from "../model.ts";
import type { Shape } from "../model.ts";
import { WORD } from "./words.ts";
import type { Words } from "./words.ts";

/** Bytes that a pixel of `channels` takes: a power of two below 32, else a multiple of 32. So no pixel straddles a word without filling it. */
export function pixelStride(channels: number): number {
  if (channels > WORD / 2) return Math.ceil(channels / WORD) * WORD;
  return 2 ** Math.ceil(Math.log2(channels));
}

/** Number of words of a tensor. */
export function wordsOfShape(shape: Shape): number {
  return Math.ceil((shape.n * shape.h * shape.w * pixelStride(shape.c)) / WORD);
}

/** Where an element lies: byte `lane` (0 is the most significant) of word `word`. */
export interface Place {
  readonly word: number;
  readonly lane: number;
}

/** Place of element `index` (physical order n, h, w, c). */
export function elementPlace(shape: Shape, index: number): Place {
  const byte = Math.floor(index / shape.c) * pixelStride(shape.c) + (index % shape.c);
  return { word: Math.floor(byte / WORD), lane: byte % WORD };
}

/**
 * Words of a tensor's layout; `bytes` are its elements in physical order, without gaps.
 * @throws GliaError `EXACT_SHAPE_INVALID`, `EXACT_TENSOR_SIZE` if the bytes are not as many as the shape has elements.
 */
export function tensorWords(shape: Shape, bytes: Uint8Array): Words {
  checkShape(shape);
  if (bytes.length !== sizeOf(shape))
    throw new GliaError(
      "EXACT_TENSOR_SIZE",
      `A tensor of n, h, w, c = ${sizes(shape)} has ${sizeOf(shape)} bytes, not ${bytes.length}.`,
      { kind: "input", hint: "Pass the physical tensor: elements in the order n, h, w, c without filler." },
    );
  const { c } = shape;
  const stride = pixelStride(c);
  const count = wordsOfShape(shape);
  if (stride === c) return { count, read: (word, into, at) => copy(bytes, word * WORD, WORD, into, at) };
  if (stride >= WORD) {
    const perPixel = stride / WORD;
    const read = (word: number, into: Uint8Array, at: number) => {
      const pixel = Math.floor(word / perPixel);
      const channel = (word - pixel * perPixel) * WORD;
      copy(bytes, pixel * c + channel, Math.min(WORD, c - channel), into, at);
    };
    return { count, read };
  }
  const pixels = WORD / stride;
  const read = (word: number, into: Uint8Array, at: number) => {
    let from = word * pixels * c;
    for (let to = at; to < at + WORD && from < bytes.length; to += stride)
      for (let channel = 0; channel < c; channel++) into[to + channel] = bytes[from++] ?? 0;
  };
  return { count, read };
}

/**
 * Refuses sizes that are not whole numbers from 1 on, and tensors larger than {@link LIMITS} allow.
 * @throws GliaError `EXACT_SHAPE_INVALID`.
 */
export function checkShape(shape: Shape): void {
  const whole = [shape.n, shape.h, shape.w, shape.c].every((size) => Number.isInteger(size) && size >= 1);
  if (whole && sizeOf(shape) <= LIMITS.elements) return;
  throw new GliaError(
    "EXACT_SHAPE_INVALID",
    `n, h, w, c = ${sizes(shape)} is no shape: sizes are whole numbers from 1 on, their product is at most ${LIMITS.elements}.`,
    { kind: "input" },
  );
}

const sizes = ({ n, h, w, c }: Shape): string => `${n}, ${h}, ${w}, ${c}`;

/** A loop is faster than `set` and a view for so few bytes. */
function copy(bytes: Uint8Array, from: number, length: number, into: Uint8Array, at: number): void {
  const end = Math.min(bytes.length, from + length);
  for (let i = from, to = at; i < end; i++, to++) into[to] = bytes[i] ?? 0;
}
