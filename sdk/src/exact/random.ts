/** A seeded source of chance, for self-tests and everything that must be repeatable; not for secrets. */
export interface Random {
  /** A number from `low` (included) to `high` (excluded). */
  between(low: number, high: number): number;
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  /** A number of the normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** One of the elements of a list that has some. */
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/**
 * Makes a source of chance; equal seeds give equal sequences on every machine (but for `normal`, whose last bit is the engine's).
 * A 32-bit counter whose steps are scrambled by two rounds of multiplication and shift (the mixer of splitmix32).
 */
export function createRandom(seed: number): Random {
  let counter = seed >>> 0;
  const unit = () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let bits = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(unit() * count);
  return {
    between: (low, high) => low + (high - low) * unit(),
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    pick: (list) => {
      if (list.length === 0) throw new RangeError("There is nothing to pick from.");
      return list[below(list.length)] as (typeof list)[number];
    },
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
