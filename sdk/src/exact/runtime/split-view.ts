import type { ViewNode } from "../model.ts";

/** A view as the operators Reshape (to `sizes`), Slice, Transpose, Reshape (1 where something is repeated), Expand. */
export interface SplitView {
  /** Sizes of the axes into which the flat input is cut. */
  readonly sizes: readonly number[];
  /** For each axis: where it begins, how many positions it takes and how far they are apart; the step may be negative. */
  readonly slices: readonly { readonly start: number; readonly count: number; readonly step: number }[];
  /** Axes in the order of the output's digits; the last axis, of which one position is taken, stays last. */
  readonly order: readonly number[];
  /** Sizes of the output's digits before and after repeating. */
  readonly single: readonly number[];
  readonly repeated: readonly number[];
}

/**
 * Takes a view apart. From the longest stride to the shortest, each digit gets an axis of its own, whose unit is the greatest common divisor of the
 * unit before and the stride; what remains below the last unit is one more axis.
 * @param size number of elements of the input
 * @returns undefined if two digits share an axis or one runs over its end, as those of overlapping windows do
 */
export function splitView({ base, digits }: ViewNode, size: number): SplitView | undefined {
  const moving = [...digits.keys()].filter((k) => digits[k]?.stride !== 0);
  const longestFirst = moving.toSorted((a, b) => Math.abs(digits[b]?.stride ?? 0) - Math.abs(digits[a]?.stride ?? 0));
  const sizes: number[] = [];
  const slices: { start: number; count: number; step: number }[] = [];
  let unit = size;
  let rest = base;
  for (const k of longestFirst) {
    const { radix, stride } = digits[k] ?? { radix: 1, stride: 1 };
    const inner = gcd(unit, Math.abs(stride));
    const length = unit / inner;
    const start = Math.floor(rest / inner);
    const step = stride / inner;
    const end = start + step * (radix - 1);
    if (start >= length || end < 0 || end >= length) return undefined;
    sizes.push(length);
    slices.push({ start, count: radix, step });
    rest -= start * inner;
    unit = inner;
  }
  return {
    sizes: [...sizes, unit],
    slices: [...slices, { start: rest, count: 1, step: 1 }],
    order: [...moving.map((k) => longestFirst.indexOf(k)), moving.length],
    single: digits.map(({ radix, stride }) => (stride === 0 ? 1 : radix)),
    repeated: digits.map(({ radix }) => radix),
  };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
