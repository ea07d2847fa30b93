import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "mocha";
import { createRandom } from "../../random.ts";
import {
  apply,
  composeTables,
  constant,
  isElementwise,
  isIdentityTable,
  quantised,
  requantiseTable,
  tableOf,
  X,
} from "./index.ts";
import type { Expression, Quantisation } from "./index.ts";

const random = createRandom(11);
const f = Math.fround;
const node = (
  type: string,
  args: readonly (Expression | undefined)[] = [X],
  attributes = {},
  domain = "",
  opset = 24,
) => apply({ domain, type, opset, attributes }, args);
const randomQuantisation = (): Quantisation => ({
  scale: f(2 ** random.between(-9, -1)),
  zero: random.pick([0, 255, 128, random.below(256)]),
});

/** QuantizeLinear as the standard words it, half-way cases by comparing both neighbours. */
function naiveQuantise(value: number, { scale, zero }: Quantisation): number {
  const quotient = f(value / scale);
  if (Math.abs(quotient) > 1e6) return quotient > 0 ? 255 : 0;
  let best = Math.trunc(quotient) - 1;
  for (let candidate = best; candidate <= best + 3; candidate++) {
    const [now, then] = [Math.abs(quotient - candidate), Math.abs(quotient - best)];
    if (now < then || (now === then && candidate % 2 === 0)) best = candidate;
  }
  return Math.max(0, Math.min(255, best + zero));
}

/** All 256 bytes of a table against a naive function; `exact` demands equality, otherwise values at a rounding boundary may differ by 1. */
function check(expression: Expression, naive: (x: number) => number, exact: boolean, rounds = 30): void {
  for (let round = 0; round < rounds; round++) {
    const [source, target] = [randomQuantisation(), randomQuantisation()];
    const table = tableOf(expression, source, target);
    assert.equal(table.length, 256);
    for (let byte = 0; byte < 256; byte++) {
      const x = f(f(byte - source.zero) * source.scale);
      const value = naive(x);
      const quotient = value / target.scale;
      const boundary = !exact && Math.abs(quotient - Math.floor(quotient) - 0.5) < 1e-4;
      const expected = naiveQuantise(f(value), target);
      const message = `x = ${x}, ${JSON.stringify({ source, target })}`;
      if (boundary) assert.ok(Math.abs((table[byte] ?? NaN) - expected) <= 1, message);
      else assert.equal(table[byte], expected, message);
    }
  }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => (x > 30 ? x : Math.log(1 + Math.exp(x)));
/** Abramowitz and Stegun 7.1.26: six digits, enough for bytes. */
function roughErf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}
const hardSigmoid = (x: number, alpha: number, beta: number) => Math.max(0, Math.min(1, f(f(alpha * x) + beta)));

describe("tables of operators", () => {
  it("are right for every byte where arithmetic is exact", () => {
    check(X, (x) => x, true);
    check(node("Identity"), (x) => x, true);
    check(node("Relu"), (x) => (x > 0 ? x : 0), true);
    check(node("LeakyRelu"), (x) => (x >= 0 ? x : f(0.01) * x), true);
    check(node("LeakyRelu", [X], { alpha: 0.3 }), (x) => (x >= 0 ? x : f(0.3) * x), true);
    check(node("PRelu", [X, constant(-0.7)]), (x) => (x >= 0 ? x : f(-0.7) * x), true);
    check(node("ThresholdedRelu", [X], { alpha: 0.5 }), (x) => (x > 0.5 ? x : 0), true);
    check(node("HardSigmoid"), (x) => hardSigmoid(x, f(0.2), 0.5), true);
    check(node("HardSigmoid", [X], { alpha: 0.25, beta: 0.1 }), (x) => hardSigmoid(x, 0.25, f(0.1)), true);
    check(node("HardSwish"), (x) => x * hardSigmoid(x, f(1 / 6), 0.5), true);
    check(node("Abs"), (x) => (x < 0 ? -x : x), true);
    check(node("Neg"), (x) => -x, true);
    check(node("Floor"), Math.floor, true);
    check(node("Ceil"), Math.ceil, true);
    check(node("Sign"), Math.sign, true);
    check(node("Clip", [X, constant(-0.5), constant(1.5)]), (x) => (x < -0.5 ? -0.5 : x > 1.5 ? 1.5 : x), true);
    check(node("Clip", [X, undefined, constant(6)]), (x) => (x > 6 ? 6 : x), true);
    check(node("Clip", [X, constant(0), constant(Infinity)]), (x) => (x < 0 ? 0 : x), true);
    check(node("Clip"), (x) => x, true);
    check(node("Sqrt", [node("Abs")]), (x) => Math.sqrt(Math.abs(x)), true);
    check(node("Softsign"), (x) => x / (1 + Math.abs(x)), true);
    check(node("Add", [X, constant(0.1)]), (x) => x + f(0.1), true);
    check(node("Sub", [X, constant(0.1)]), (x) => x - f(0.1), true);
    check(node("Sub", [constant(0.1), X]), (x) => f(0.1) - x, true);
    check(node("Mul", [constant(1.7), X]), (x) => f(1.7) * x, true);
    check(node("Div", [X, constant(1.7)]), (x) => x / f(1.7), true);
    check(node("Div", [constant(1), node("Add", [node("Abs"), constant(1)])]), (x) => 1 / f(Math.abs(x) + 1), true);
    check(node("Reciprocal", [node("Exp", [constant(0)])]), () => 1, true);
    check(node("Min", [X, constant(0.5)]), (x) => (x < 0.5 ? x : 0.5), true);
    check(node("Max", [X, constant(0.5), constant(0.7)]), (x) => (x > f(0.7) ? x : f(0.7)), true);
    check(node("Sum", [X, X, constant(0.7)]), (x) => f(x + x) + f(0.7), true);
    check(node("Pow", [X, constant(2)]), (x) => x * x, true);
    check(node("Pow", [X, constant(3)]), (x) => f(x * x) * x, true);
    check(node("Pow", [X, constant(4)]), (x) => x * x * (x * x), true);
  });

  it("are right for every byte up to a boundary where a function is approximated", () => {
    check(node("Sigmoid"), sigmoid, false);
    check(node("Tanh"), Math.tanh, false);
    check(node("Exp"), Math.exp, false);
    check(node("Log", [node("Add", [node("Abs"), constant(0.1)])]), (x) => Math.log(f(Math.abs(x) + f(0.1))), false);
    check(node("Elu", [X], { alpha: 1.5 }), (x) => (x < 0 ? 1.5 * (Math.exp(x) - 1) : x), false);
    check(node("Selu"), (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1)), false);
    check(node("Celu", [X], { alpha: 2 }), (x) => Math.max(0, x) + Math.min(0, 2 * (Math.exp(x / 2) - 1)), false);
    check(node("Softplus"), softplus, false);
    check(node("Mish"), (x) => x * Math.tanh(softplus(x)), false);
    check(node("Swish", [X], { alpha: 1.5 }), (x) => x * sigmoid(1.5 * x), false);
    check(node("QuickGelu", [X], {}, "com.microsoft", 1), (x) => x * sigmoid(1.702 * x), false);
    check(node("Erf"), roughErf, false);
    const gelu = (x: number) => 0.5 * x * (1 + roughErf(x / Math.SQRT2));
    const fast = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    check(node("Gelu"), gelu, false);
    check(node("Gelu", [X], { approximate: "none" }), gelu, false);
    check(node("Gelu", [X], {}, "com.microsoft", 1), gelu, false);
    check(node("Gelu", [X], { approximate: "tanh" }), fast, false);
    check(node("FastGelu", [X], {}, "com.microsoft", 1), fast, false);
    check(node("Pow", [node("Abs"), constant(0.5)]), (x) => Math.sqrt(Math.abs(x)), false);
    check(node("Pow", [node("Abs"), constant(1.3)]), (x) => Math.abs(x) ** f(1.3), false);
    // Expressions: x · σ(x), x · HardSigmoid(x) and the erf form of Gelu as exporters write it.
    check(node("Mul", [X, node("Sigmoid")]), (x) => x * sigmoid(x), false);
    check(node("Mul", [node("HardSigmoid", [X], { alpha: 1 / 6 }), X]), (x) => x * hardSigmoid(x, f(1 / 6), 0.5), true);
    const half = node("Mul", [X, node("Add", [node("Erf", [node("Div", [X, constant(Math.SQRT2)])]), constant(1)])]);
    check(node("Mul", [half, constant(0.5)]), gelu, false);
  });

  it("rounds half-way cases to even", () => {
    const table = tableOf(node("Round"), { scale: 0.5, zero: 128 }, { scale: 1, zero: 128 });
    assert.deepEqual([...table.slice(123, 134)], [126, 126, 126, 127, 128, 128, 128, 129, 130, 130, 130]);
    assert.deepEqual(
      [...requantiseTable({ scale: 0.5, zero: 0 }, { scale: 1, zero: 0 }).slice(0, 8)],
      [0, 0, 1, 2, 2, 2, 3, 4],
    );
  });
});

describe("tables", () => {
  it("saturate where the value is infinite", () => {
    const wide = { scale: 1000, zero: 128 };
    assert.deepEqual([...tableOf(node("Exp"), wide, { scale: 1, zero: 3 })].slice(126, 131), [3, 3, 4, 255, 255]);
    const positive = tableOf(node("Log"), { scale: 1, zero: 0 }, { scale: 1, zero: 3 });
    assert.deepEqual([...positive.slice(0, 4)], [0, 3, 4, 4]);
    const inverse = tableOf(node("Reciprocal"), { scale: 1, zero: 0 }, { scale: 0.5, zero: 0 });
    assert.deepEqual([...inverse.slice(0, 4)], [255, 2, 1, 1]);
  });

  it("compose, requantise and know the identity", () => {
    for (let round = 0; round < 50; round++) {
      const [a, b] = [randomQuantisation(), randomQuantisation()];
      assert.ok(isIdentityTable(requantiseTable(a, a)));
      const first = tableOf(node("Sigmoid"), a, b);
      const second = tableOf(node("Tanh"), b, a);
      const both = composeTables(first, second);
      assert.deepEqual(both, tableOf(node("Tanh", [quantised(node("Sigmoid"), b)]), a, a));
      assert.deepEqual(
        [...both],
        [...first].map((byte) => second[byte]),
      );
    }
    assert.ok(!isIdentityTable(requantiseTable({ scale: 1, zero: 0 }, { scale: 1, zero: 1 })));
  });

  it("takes x · σ(x) also with QuantizeLinear in between", () => {
    const [source, inner, target] = [randomQuantisation(), { scale: f(1 / 256), zero: 0 }, randomQuantisation()];
    const table = tableOf(node("Mul", [X, quantised(node("Sigmoid"), inner)]), source, target);
    const sigmoids = tableOf(node("Sigmoid"), source, inner);
    for (let byte = 0; byte < 256; byte++) {
      const x = f((byte - source.zero) * source.scale);
      assert.equal(table[byte], naiveQuantise(f(x * f((sigmoids[byte] ?? NaN) * inner.scale)), target));
    }
  });

  it("have the same bytes for ever and everywhere: ids of models depend on them", () => {
    const digest = createHash("sha256");
    const chance = createRandom(99);
    for (const type of [
      "Sigmoid",
      "Tanh",
      "Exp",
      "Erf",
      "Elu",
      "Selu",
      "Celu",
      "Softplus",
      "Mish",
      "Gelu",
      "HardSwish",
    ])
      for (let round = 0; round < 100; round++) {
        const scales = [0, 1].map(() => f(chance.between(0.001, 0.1)));
        const [source, target] = scales.map((scale) => ({ scale, zero: chance.below(256) }));
        digest.update(tableOf(node(type), source ?? assert.fail(), target ?? assert.fail()));
      }
    assert.equal(digest.digest("hex"), "7353c0f1cc767f917dd2ea059e6839f898df330cf271f9e45f41793764562d04");
  });

  it("evaluates a part that occurs often only once", () => {
    let expression = X;
    for (let round = 0; round < 200; round++) expression = node("Max", [expression, expression]);
    assert.ok(isIdentityTable(tableOf(expression, { scale: 1, zero: 7 }, { scale: 1, zero: 7 })));
  });

  it("refuses functions without a value, and scales and zero points that are none", () => {
    const good = { scale: 1, zero: 100 };
    const code = "EXACT_TABLE_UNDEFINED";
    assert.throws(() => tableOf(node("Log"), good, good), { code, message: /x = -100.*byte 0;/ });
    assert.throws(() => tableOf(node("Sqrt"), good, good), { code });
    assert.throws(() => tableOf(node("Pow", [X, constant(0.5)]), good, good), { code });
    assert.throws(() => tableOf(node("Div", [X, X]), good, good), { code, message: /x = 0,/ });
    for (const scale of [0, -1, NaN, Infinity, 1e-40, 0.1, 1e39]) {
      assert.throws(() => tableOf(X, { scale, zero: 0 }, good), { code: "EXACT_SCALE_INVALID" });
      assert.throws(() => tableOf(X, good, { scale, zero: 0 }), { code: "EXACT_SCALE_INVALID" });
      assert.throws(() => quantised(X, { scale, zero: 0 }), { code: "EXACT_SCALE_INVALID" });
    }
    for (const zero of [-1, 256, 0.5, NaN])
      assert.throws(() => requantiseTable(good, { scale: 1, zero }), { code: "EXACT_ZERO_POINT_INVALID" });
  });

  it("refuses operators that it does not know as they are", () => {
    const refused = (make: () => unknown, message: RegExp) => {
      assert.throws(make, { code: "EXACT_OPERATOR_UNSUPPORTED", message });
    };
    refused(() => node("Sin"), /Sin: no table/);
    refused(() => node("constructor"), /no table/);
    refused(() => node("Gelu", [X], {}, "org.example", 1), /org.example.Gelu/);
    refused(() => node("Clip", [X], {}, "", 10), /opset 10 is too old/);
    refused(() => node("Relu", [X, X]), /2 inputs/);
    refused(() => node("Relu", []), /0 inputs/);
    refused(() => node("Add", [X, undefined]), /inputs/);
    refused(() => node("Relu", [X], { alpha: 1 }), /attribute alpha/);
    refused(() => node("Elu", [X], { alpha: "1" }), /attribute alpha/);
    refused(() => node("Elu", [X], { alpha: 1e39 }), /attribute alpha/);
    refused(() => node("Gelu", [X], { approximate: "rough" }), /approximate = rough/);
    refused(() => constant(NaN), /NaN/);
    refused(() => {
      let expression = X;
      for (let round = 0; round < 300; round++) expression = node("Relu", [expression]);
    }, /256 operators/);
    assert.ok(isElementwise("ai.onnx", "Relu") && isElementwise("com.microsoft", "QuickGelu"));
    assert.ok(!isElementwise("", "QuickGelu") && !isElementwise("", "Softmax"));
  });
});
