import { randomInt } from "node:crypto";

/**
 * Draws `count` items at random, one of each of as many equal parts of the batch, so that none comes twice; all of them where there are no
 * more. Nobody knows the draw before: a share f of wrong items is seen with a probability of at least 1 − (1 − f)^count.
 * @param random A whole number from 0 to below its argument.
 */
export function drawItems(
  items: number,
  count: number,
  random: (below: number) => number = (below) => randomInt(below),
): number[] {
  const parts = Math.min(items, count);
  return Array.from({ length: parts }, (_, part) => {
    const start = Math.floor((part * items) / parts);
    const end = Math.floor(((part + 1) * items) / parts);
    return start + random(end - start);
  });
}
