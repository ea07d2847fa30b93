import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createRandom } from "../../random.ts";
import { erf, exp, expm1, log, log1p, pow, sigmoid, tanh } from "./elementary.ts";

const random = createRandom(7);
const sign = () => random.pick([-1, 1]);
const uniform = (low: number, high: number) => () => random.between(low, high);
/** Sizes from 2^low to 2^high. */
const wide = (low: number, high: number) => () => 2 ** random.between(low, high);
const signed = (source: () => number) => () => sign() * source();

const views = new DataView(new ArrayBuffer(16));
/** Distance of two doubles of the same sign in units in the last place. */
function distance(a: number, b: number): number {
  if (a === b) return 0;
  views.setFloat64(0, a);
  views.setFloat64(8, b);
  const steps = Number(views.getBigInt64(0) - views.getBigInt64(8));
  return Number.isFinite(a) && Number.isFinite(b) ? Math.abs(steps) : Infinity;
}

/** Largest distance over many arguments must stay below. */
function within(ulps: number, ours: (x: number) => number, theirs: (x: number) => number, source: () => number): void {
  for (let round = 0; round < 20_000; round++) {
    const x = source();
    const [a, b] = [ours(x), theirs(x)];
    assert.ok(distance(a, b) <= ulps, `at ${x}: ${a}, but ${b}`);
  }
}

/** erf by its series 2/√π Σ (−1)^n x^(2n+1) / (n! (2n + 1)) in fixed point with 160 binary places; 2^−20 ≤ x ≤ 6. */
function slowErf(x: number): number {
  const one = 1n << 160n;
  // Exact: the last bit of such an x is worth at least 2^−73.
  const fixed = BigInt(x * 2 ** 80) << 80n;
  let term = fixed;
  let sum = fixed;
  for (let n = 1n; term !== 0n; n++) {
    term = (-((term * fixed) / one) * fixed) / one / n;
    sum += term / (2n * n + 1n);
  }
  // 2/√π · 2^160 from its first 50 decimals.
  const factor = (112837916709551257389615890312154517168810125865799n * one) / 10n ** 50n;
  return Number((sum * factor) / one) / 2 ** 160;
}

describe("elementary functions", () => {
  it("agree with the engine's to 2 units in the last place", () => {
    within(2, exp, Math.exp, uniform(-1, 1));
    within(2, exp, Math.exp, uniform(-745, 709.7));
    within(2, exp, Math.exp, signed(wide(-60, 9)));
    within(2, log, Math.log, uniform(0.5, 2));
    within(2, log, Math.log, wide(-1074, 1023));
    within(2, log, Math.log, () => 1 + sign() * wide(-50, -5)());
    within(2, tanh, Math.tanh, signed(wide(-60, 6)));
    within(2, tanh, Math.tanh, uniform(-2, 2));
    within(2, sigmoid, (x) => 1 / (1 + Math.exp(-x)), uniform(-700, 40));
    within(3, log1p, Math.log1p, uniform(-0.9, 2));
    within(3, log1p, Math.log1p, wide(-60, 60));
    within(3, expm1, Math.expm1, signed(wide(-60, 9)));
    within(2, erf, slowErf, uniform(0, 6));
    within(2, erf, slowErf, wide(-20, 0));
  });

  it("raises to a power closely enough for float32, and exactly where it can", () => {
    for (let round = 0; round < 20_000; round++) {
      const [x, y] = [random.between(0, 100), random.between(-20, 20)];
      assert.ok(Math.abs(pow(x, y) / x ** y - 1) < 1e-13, `${x} ** ${y}`);
      const [base, power] = [random.below(41) - 20, random.below(12)];
      assert.equal(pow(base, power), Number(BigInt(base) ** BigInt(power)));
    }
    const special = [-Infinity, -3, -1, -0.5, -0, 0, 0.5, 1, 2.5, Infinity];
    for (const x of special)
      for (const y of [-Infinity, -65, -2.5, -1, -0.5, 0, 0.5, 2, 2.5, 3, 65, 66, Infinity]) {
        const expected = Math.abs(x) === 1 && Math.abs(y) === Infinity ? 1 : x ** y;
        const near = Number.isFinite(expected) && expected !== 0;
        if (near) assert.ok(Math.abs(pow(x, y) / expected - 1) < 1e-13, `${x} ** ${y} = ${pow(x, y)}`);
        else assert.ok(pow(x, y) === expected || Number.isNaN(expected + pow(x, y)), `${x} ** ${y} = ${pow(x, y)}`);
      }
  });

  it("has the exact values where they exist, and no NaN for a number in the domain", () => {
    const table: [number, number][] = [
      [exp(0), 1],
      [exp(Infinity), Infinity],
      [exp(-Infinity), 0],
      [exp(1000), Infinity],
      [exp(-1000), 0],
      [log(1), 0],
      [log(0), -Infinity],
      [log(Infinity), Infinity],
      [log(-1), NaN],
      [log(Number.MIN_VALUE), Math.log(Number.MIN_VALUE)],
      [tanh(0), 0],
      [tanh(Infinity), 1],
      [tanh(-Infinity), -1],
      [tanh(40), 1],
      [sigmoid(0), 0.5],
      [sigmoid(Infinity), 1],
      [sigmoid(-Infinity), 0],
      [erf(0), 0],
      [erf(Infinity), 1],
      [erf(-Infinity), -1],
      [erf(6), 1],
      [log1p(0), 0],
      [log1p(Infinity), Infinity],
      [log1p(-1), -Infinity],
      [expm1(0), 0],
      [expm1(Infinity), Infinity],
      [expm1(-Infinity), -1],
    ];
    for (const [ours, expected] of table) assert.equal(ours, expected);
    for (const f of [exp, log, tanh, sigmoid, erf, log1p, expm1]) assert.equal(f(NaN), NaN);
    for (let round = 0; round < 5000; round++) {
      const x = signed(wide(-1074, 1023))();
      for (const f of [exp, tanh, sigmoid, erf, expm1]) assert.ok(!Number.isNaN(f(x)), `${f.name}(${x})`);
      assert.ok(!Number.isNaN(log(Math.abs(x)) + log1p(Math.abs(x))));
    }
  });
});
