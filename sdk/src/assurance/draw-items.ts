import { sampleParts } from "./lots.ts";

/**
 * Draws `count` items to run again, one at random of each of as many equal parts of the batch, so that none comes twice; all of them where
 * there are no more. The provider cannot know the draw before: how surely wrong items are seen stands in docs/PROTOCOL.md, section 4, "sample".
 * @param random A whole number from 0 to below its argument; by default by the platform's own chance.
 * @throws GliaError `SAMPLE_INVALID`.
 */
export function drawItems(items: number, count: number, random: (below: number) => number = randomBelow): number[] {
  return sampleParts(items, count).map(({ first, size }) => first + random(size));
}

/** 64 random bits for fewer than 2^32 items: what is left of evenness is beyond measuring. */
function randomBelow(below: number): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return Number((BigInt(high) * 2n ** 32n + BigInt(low)) % BigInt(below));
}
