import { sizeOf } from "../model.ts";
import type { ContractNode, Shape } from "../model.ts";
import { groupWords, runWords } from "./filters.ts";
import type { GroupWords } from "./filters.ts";
import { elementPlace, pixelStride } from "./layout.ts";
import type { Place } from "./layout.ts";
import { joinRanges, leafRange } from "./range.ts";
import type { LeafRange } from "./range.ts";
import { WORD } from "./words.ts";

/** Words of one tap of the window. */
export interface Tap {
  /** Where the first of the words starts in the input; `undefined` if the position is outside the image: then every lane is xZero. */
  readonly place: Place | undefined;
  /** Its first word of weights, counted from the header of the run. */
  readonly weights: number;
}

/** What a proof of one element of a contraction opens. */
export interface ContractOpening {
  /** Where the element lies in the output. */
  readonly output: Place;
  readonly channel: number;
  /** Where the channel's run lies in the filters: the header's word, and the number of words. */
  readonly run: { readonly first: number; readonly count: number };
  /** The leaves of the filters that hold the run. */
  readonly filters: LeafRange;
  /** The leaves of the input that hold all taps' words: ascending, never touching. */
  readonly input: readonly LeafRange[];
  /** Row by row. */
  readonly taps: readonly Tap[];
  /** Words of each tap. */
  readonly words: number;
}

/**
 * What has to be opened for element `index` (physical order) of a contraction's output. If words hold several pixels, a tap is brought to
 * lane 0 by shifting its word left by `place.lane` bytes; what then stands behind it meets weights that are wZero and counts for nothing.
 * @throws RangeError if the output has no such element.
 */
export function contractOpening(node: ContractNode, input: Shape, index: number): ContractOpening {
  const { shape, kernelH, kernelW } = node;
  if (!Number.isInteger(index) || index < 0 || index >= sizeOf(shape))
    throw new RangeError(`There is no element ${index}; the output has ${sizeOf(shape)}.`);
  const channel = index % shape.c;
  const pixel = Math.floor(index / shape.c);
  const column = pixel % shape.w;
  const row = Math.floor(pixel / shape.w) % shape.h;
  const image = Math.floor(pixel / (shape.w * shape.h));
  const group = groupWords(node, input, Math.floor(channel / (shape.c / node.groups)));
  const taps: Tap[] = [];
  for (let tap = 0; tap < kernelH * kernelW; tap++) {
    const y = row * node.strideH - node.padTop + Math.floor(tap / kernelW) * node.dilationH;
    const x = column * node.strideW - node.padLeft + (tap % kernelW) * node.dilationW;
    const inside = y >= 0 && y < input.h && x >= 0 && x < input.w;
    const at = (image * input.h + y) * input.w + x;
    taps.push({ place: inside ? tapPlace(input, at, group) : undefined, weights: 1 + tap * group.count });
  }
  const count = runWords(node, input);
  const run = { first: channel * count, count };
  return {
    output: elementPlace(shape, index),
    channel,
    run,
    filters: leafRange(run.first, run.count),
    input: joinRanges(taps.flatMap(({ place }) => (place === undefined ? [] : [leafRange(place.word, group.count)]))),
    taps,
    words: group.count,
  };
}

function tapPlace(input: Shape, pixel: number, { first }: GroupWords): Place {
  const byte = pixel * pixelStride(input.c) + first * WORD;
  return { word: Math.floor(byte / WORD), lane: byte % WORD };
}
