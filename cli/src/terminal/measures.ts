/** A chance from 0 to 1 as people read it: `5 %`, `0.313 %`, `0`. */
export function showChance(chance: number): string {
  return chance === 0 ? "0" : `${Number((chance * 100).toPrecision(3))} %`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
];

/** Whole seconds in the largest unit that divides them: `6 h`, `90 s`. */
export function showDuration(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length && seconds % length === 0) ?? ["s", 1];
  return `${seconds / size} ${unit}`;
}

/** Two durations, the usual and the longest, as one. */
export function showDelay({ usual, most }: { readonly usual: number; readonly most: number }): string {
  return usual === most ? showDuration(most) : `${showDuration(usual)}, at most ${showDuration(most)}`;
}
