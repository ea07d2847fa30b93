import { sampleParts } from "./lots.ts";

/** How probable it is that forged items are seen (docs/PROTOCOL.md, section 5). All chances are numbers from 0 to 1. */

/**
 * The least chance that an honest auditor is drawn for a checked job and can attest: min(h, 1 − e^(−expected · h · others / total)), as
 * PROTOCOL section 5 derives it. `honestShareBps` (h) is governance's estimate of the drawn auditing stake that works, in basis points.
 * @param others GLIA units of auditing stake that is not the provider's, who may not attest its own job; no other's is more than `total`
 * @param auditBond GLIA units that whoever attests must have enrolled
 */
export function chanceHonest({
  honestShareBps,
  expected,
  others,
  total,
  auditBond,
}: {
  readonly honestShareBps: number;
  readonly expected: number;
  readonly others: bigint;
  readonly total: bigint;
  readonly auditBond: bigint;
}): number {
  if (others === 0n || others < auditBond) return 0;
  const honest = honestShareBps / 10_000;
  return Math.min(honest, 1 - Math.exp((-expected * honest * Number(others)) / Number(total)));
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
