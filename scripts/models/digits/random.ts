/** A seeded source of chance; equal seeds give equal sequences on every machine. */
export interface Random {
  /** A number from `low` (included) to `high` (excluded). */
  between(low: number, high: number): number;
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  /** A number of the normal distribution with mean 0 and deviation 1. */
  normal(): number;
}

/** Makes a source of chance: a 32-bit counter whose steps are scrambled by two rounds of multiplication and shift. */
export function createRandom(seed: number): Random {
  let counter = seed >>> 0;
  const unit = () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let bits = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    between: (low, high) => low + (high - low) * unit(),
    below: (count) => Math.floor(unit() * count),
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  };
}
