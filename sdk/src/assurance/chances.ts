import { sampleParts } from "./lots.ts";

/** How probable it is that forged items are seen (docs/PROTOCOL.md, section 5). All chances are numbers from 0 to 1. */

/**
 * q = p · honestShare: the chance that a job is checked and somebody honest does it. `honestShareBps` is governance's estimate of the drawn
 * auditing stake that works; both in basis points.
 */
export function chanceChecked(checkBps: number, honestShareBps: number): number {
  return (checkBps / 10_000) * (honestShareBps / 10_000);
}

/**
 * The chance that a sample holds at least one of the forged items: 1 − Π (1 − forged in part j / size of part j).
 * @param forged indices of items, each named once
 * @throws GliaError `SAMPLE_INVALID` as `sampleParts`.
 */
export function chanceSampled(items: number, sampleSize: number, forged: Iterable<number>): number {
  const left = sampleParts(items, sampleSize).map(({ size }) => ({ size, forged: 0 }));
  for (const item of forged) {
    const part = left[partOf(item, items, left.length)];
    if (part !== undefined) part.forged += 1;
  }
  return 1 - left.reduce((unseen, { size, forged: count }) => unseen * (1 - count / size), 1);
}

/**
 * The chance that a sample holds one certain item, for the item that is sampled least often: 1 / ⌈items / min(sampleSize, items)⌉.
 * @throws GliaError `SAMPLE_INVALID` as `sampleParts`.
 */
export function chanceItemSampled(items: number, sampleSize: number): number {
  return 1 / Math.max(...sampleParts(items, sampleSize).map(({ size }) => size));
}

/** The part that holds an item: the last one whose first item is not behind it. */
function partOf(item: number, items: number, parts: number): number {
  const guess = Math.floor((item * parts) / items);
  const first = (part: number): number => Math.floor((part * items) / parts);
  return first(guess + 1) <= item ? guess + 1 : guess;
}
