import { median } from "./node-batch.ts";

/** Milliseconds of one call of each of several works, and how the first compares with the others. */
export interface Times {
  /** Medians, in the works' order. */
  readonly ms: readonly number[];
  /** Median over the rounds of (time of work k) / (time of the first work): a slow moment of the machine hits both. */
  readonly ratios: readonly number[];
}

/** Rounds before the first that counts: the engine compiles what runs often. */
const WARM_UP = 20;

/** Runs the works in turns; in every round another one is the first, so that none profits from warm caches. */
export async function timeInTurns(rounds: number, works: readonly (() => Promise<unknown>)[]): Promise<Times> {
  for (let round = 0; round < WARM_UP; round++) for (const work of works) await work();
  const times = works.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < works.length; turn++) {
      const which = (round + turn) % works.length;
      const started = performance.now();
      await works[which]?.();
      times[which]?.push(performance.now() - started);
    }
  }
  const ratiosOf = (own: readonly number[]) => own.map((ms, round) => ms / (times[0]?.[round] ?? NaN));
  return { ms: times.map(median), ratios: times.map((own) => median(ratiosOf(own))) };
}
