import { digitOf } from "../digits/classifier.ts";
import type { Pair } from "./pair.ts";

/** Inputs to compare on, and what they show where that is known. */
export interface Tests {
  readonly tests: readonly Float32Array[];
  readonly truth?: readonly number[];
}

/** How far the exact model follows its float original. */
export interface Agreement {
  /** Share of inputs on which both name the same class, for networks with classes. */
  readonly top1?: number;
  /** Accuracy of the float original and of the exact model, in percent, for networks that were trained. */
  readonly accuracy?: readonly [float: number, exact: number];
  /** Lowest cosine between the two over outputs, each over all inputs together. */
  readonly cosine: number;
}

/** Runs all test inputs through both. */
export async function measureAgreement(pair: Pair, { tests, truth }: Tests): Promise<Agreement> {
  let same = 0;
  const right = [0, 0] as [number, number];
  const sums: { dot: number; a: number; b: number }[] = [];
  for (const [index, input] of tests.entries()) {
    const wanted = await pair.float(input);
    const got = pair.tail(await pair.runner.run(pair.head(input)));
    wanted.forEach((values, output) => {
      const sum = (sums[output] ??= { dot: 0, a: 0, b: 0 });
      values.forEach((a, at) => {
        const b = got[output]?.[at] ?? NaN;
        sum.dot += a * b;
        sum.a += a * a;
        sum.b += b * b;
      });
    });
    const [theirs, ours] = [digitOf(wanted[0] ?? []), digitOf(got[0] ?? [])];
    if (theirs === ours) same++;
    if (theirs === truth?.[index]) right[0]++;
    if (ours === truth?.[index]) right[1]++;
  }
  const cosine = Math.min(...sums.map(({ dot, a, b }) => dot / Math.sqrt(a * b)));
  if (truth === undefined) return { cosine };
  const percent = (count: number) => (100 * count) / tests.length;
  return { cosine, top1: same / tests.length, accuracy: [percent(right[0]), percent(right[1])] };
}
