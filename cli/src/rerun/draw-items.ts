import { randomInt } from "node:crypto";

import { sampleParts } from "@glia/sdk";

/**
 * Draws `count` items at random, one of each of as many equal parts of the batch, so that none comes twice; all of them where there are no
 * more. Nobody knows the draw before: how surely wrong items are seen stands in docs/PROTOCOL.md, section 4, "sample".
 * @param random A whole number from 0 to below its argument.
 * @throws GliaError `SAMPLE_INVALID`.
 */
export function drawItems(
  items: number,
  count: number,
  random: (below: number) => number = (below) => randomInt(below),
): number[] {
  return sampleParts(items, count).map(({ first, size }) => first + random(size));
}
