import { GliaError } from "../../errors.ts";
import { LIMITS, sizeOf } from "../model.ts";
import type { Shape } from "../model.ts";
import { WORD, byteWords } from "./words.ts";
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
  return { count: wordsOfShape(shape), read: reader(shape.c, bytes) };
}

function reader(c: number, bytes: Uint8Array): Words["read"] {
  const stride = pixelStride(c);
  if (stride === c) return byteWords(bytes).read;
  if (stride <= WORD) {
    const pixels = WORD / stride;
    return (first, count, into, at) => {
      const from = first * pixels * c;
      const end = Math.min(bytes.length, from + count * pixels * c);
      for (let channel = 0; channel < c; channel++)
        copyEvery(bytes, from + channel, c, into, at + channel, stride, (end - from) / c);
    };
  }
  const perPixel = stride / WORD;
  return (first, count, into, at) => {
    for (let word = first, to = at; word < first + count; word++, to += WORD) {
      const pixel = Math.floor(word / perPixel);
      const channel = (word - pixel * perPixel) * WORD;
      copyEvery(bytes, pixel * c + channel, 1, into, to, 1, Math.min(WORD, c - channel));
    }
  };
}

/** Copies `count` bytes that lie `step` apart to places `stride` apart. `| 0` tells the engine that they are integers: a loop three times as fast. */
function copyEvery(
  bytes: Uint8Array,
  from: number,
  step: number,
  into: Uint8Array,
  to: number,
  stride: number,
  count: number,
): void {
  const [last, near, far] = [(to + count * stride) | 0, step | 0, stride | 0];
  let source = from | 0;
  for (let target = to | 0; target < last; target = (target + far) | 0) {
    into[target] = bytes[source] ?? 0;
    source = (source + near) | 0;
  }
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
