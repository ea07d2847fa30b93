import { requantise } from "../../../sdk/src/exact/law/index.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import type { Random } from "../../../sdk/src/exact/random.ts";
import { floatHex } from "./text.ts";

type Case = readonly [acc: number, multiplier: number, zero: number];
const LARGEST = 2 ** 24 - 1;
const SMALLEST_NORMAL = 2 ** -126;
const LARGEST_FLOAT = (2 - 2 ** -23) * 2 ** 127;

/** Exact ties: acc · 2^-k is a whole number and a half. */
function ties(random: Random): Case[] {
  return Array.from({ length: 80 }, (_, i) => {
    const k = 1 + (i % 16);
    const most = Math.min(300, Math.floor(2 ** 24 / 2 ** k) - 1);
    const whole = random.below(2 * most) - most;
    return [(2 * whole + 1) * 2 ** (k - 1), 2 ** -k, random.below(256)] as const;
  });
}

/** Ties that only the rounding to single precision makes: the product misses the half by less than its last bit. */
function roundedTies(random: Random): Case[] {
  const cases: Case[] = [];
  while (cases.length < 80) {
    const acc = random.pick([1, -1]) * (2 ** 22 + random.below(2 ** 24 - 2 ** 22));
    const half = random.below(255) + 0.5;
    const multiplier = Math.fround(half / Math.abs(acc));
    const exact = Math.abs(acc) * multiplier;
    if (exact !== half && Math.fround(exact) === half) cases.push([acc, multiplier, random.below(256)]);
  }
  return cases;
}

/** Multipliers of 24 significant bits, results around and beyond both ends. */
function ordinary(random: Random): Case[] {
  return Array.from({ length: 120 }, () => {
    const acc = random.below(2 * LARGEST + 1) - LARGEST;
    const multiplier = Math.fround(random.between(0.2, 300) / LARGEST);
    return [acc, multiplier, random.below(256)] as const;
  });
}

function extremes(): Case[] {
  const accs = [0, 1, -1, LARGEST, -LARGEST];
  const multipliers = [SMALLEST_NORMAL, 2 ** -24, 0.5, 1, 255, 256, LARGEST_FLOAT];
  return accs.flatMap((acc) =>
    multipliers.flatMap((multiplier) => [0, 128, 255].map((zero) => [acc, multiplier, zero] as const)),
  );
}

/** requantise.json: accumulators, multipliers as bits of a float32, zero points and results. */
export function requantiseVectors(): object {
  const random = createRandom(0x5eed01);
  const groups = {
    ties: ties(random),
    roundedTies: roundedTies(random),
    ordinary: ordinary(random),
    extremes: extremes(),
  };
  const rows = Object.entries(groups).map(([name, cases]) => [
    name,
    cases.map(([acc, multiplier, zero]) => [acc, floatHex(multiplier), zero, requantise(acc, multiplier, zero)]),
  ]);
  return {
    comment: "docs/EXACT.md, The six nodes: requantise. Rows are [acc, bits of the float32 multiplier, zero, result].",
    ...(Object.fromEntries(rows) as object),
  };
}
