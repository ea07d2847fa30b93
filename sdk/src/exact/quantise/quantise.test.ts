import assert from "node:assert/strict";
import { GliaError } from "../../errors.ts";
import { makeNode } from "../../onnx/index.ts";
import { createRandom } from "../random.ts";
import { argMax, Comparison } from "./compare.ts";
import { Histogram } from "./histogram.ts";
import { Moments } from "./moments.ts";
import { isNormalFloat, neighbour, roundUpToBits, significantBits } from "./numbers.ts";
import { quantisationOf } from "./scales.ts";
import { usefulPart } from "./useful-range.ts";
import { quantiseWeights, shortScale } from "./weights.ts";

describe("numbers for quantisation", () => {
  it("are rounded up to few significant bits", () => {
    assert.deepEqual(
      [1, 129, 255.5, 0.3, 3].map((x) => roundUpToBits(x, 7)),
      [1, 130, 256, 0.30078125, 3],
    );
    assert.deepEqual([1, 0.25, 3, 129, 130, 1.5 * 2 ** -100].map(significantBits), [1, 1, 2, 8, 7, 2]);
    const random = createRandom(1);
    for (let k = 0; k < 1000; k++) {
      const x = Math.exp(random.between(-40, 40));
      const up = roundUpToBits(x, 8);
      assert.ok(up >= x && up <= x * (1 + 2 ** -7) && significantBits(up) <= 8);
    }
  });

  it("have neighbours among the single-precision numbers, of which some are normal", () => {
    assert.deepEqual([neighbour(1, 1), neighbour(1, -1), neighbour(1, 0)], [1 + 2 ** -23, 1 - 2 ** -24, 1]);
    assert.deepEqual([1, 2 ** -126, 2 ** -127, 0, -1, 0.1, Infinity, NaN].map(isNormalFloat), [
      true,
      true,
      ...new Array<boolean>(6).fill(false),
    ]);
  });
});

describe("a histogram", () => {
  const filled = (values: readonly number[]) => {
    const histogram = new Histogram();
    histogram.add(Float32Array.from(values));
    return histogram;
  };

  it("knows the extremes, 0 included, and the first value that is no number", () => {
    const histogram = filled([3, 1, 2]);
    assert.deepEqual([histogram.minimum, histogram.maximum, histogram.broken], [0, 3, undefined]);
    histogram.add(Float32Array.of(-7, Infinity, NaN));
    assert.deepEqual([histogram.minimum, histogram.maximum, histogram.broken], [-7, 3, Infinity]);
  });

  it("leaves out the same share on both sides, whatever the order of the values", () => {
    const random = createRandom(2);
    const values = Array.from({ length: 20000 }, () => random.normal());
    const [low, high] = filled([...values, 1000, -1000]).percentile(99);
    assert.ok(Math.abs(low + 2.33) < 0.8 && Math.abs(high - 2.33) < 0.8, `${low} ${high}`);
    assert.deepEqual(filled([1000, -1000, ...values]).percentile(99), [low, high]);
    assert.deepEqual(filled([]).percentile(99), [0, 0]);
  });

  it("cuts off an outlier for the least squared error, but nothing of an even spread", () => {
    const even = Array.from({ length: 2000 }, (_, k) => k / 1000);
    assert.deepEqual(filled(even).leastSquares(), [0, Math.fround(1.999)]);
    const [, high] = filled([...Array.from({ length: 50 }, () => even).flat(), 4]).leastSquares();
    assert.ok(high < 4 && high > 1.9, String(high));
  });
});

describe("moments", () => {
  it("are by channel: axis 1 of an image, the last axis of a matrix", () => {
    const image = new Moments();
    image.add([1, 2, 1, 2], Float32Array.of(1, 3, -2, -2));
    image.add([1, 2, 1, 2], Float32Array.of(1, 3, 2, 2));
    assert.deepEqual(
      [[...image.means], [...image.squares]],
      [
        [2, 0],
        [5, 4],
      ],
    );
    const matrix = new Moments();
    matrix.add([2, 3], Float32Array.of(1, 2, 3, 3, 4, 5));
    assert.deepEqual([...matrix.means], [2, 3, 4]);
  });
});

describe("scales", () => {
  it("are short, cover their range and are valid for a tensor of zeros", () => {
    assert.deepEqual(quantisationOf([0, 255]), { scale: 1, zero: 0 });
    assert.deepEqual(quantisationOf([-128, 127]), { scale: 1, zero: 128 });
    assert.deepEqual(quantisationOf([0, 0]), { scale: 2 ** -7, zero: 0 });
    const random = createRandom(3);
    for (let k = 0; k < 500; k++) {
      const [low, high] = [-random.between(0, 10), random.between(0, 10)];
      const { scale, zero } = quantisationOf([low, high]);
      assert.ok(significantBits(scale) <= 7 && Number.isInteger(zero) && zero >= 0 && zero <= 255);
      assert.ok(-zero * scale <= low + scale / 2 && (255 - zero) * scale >= high - scale / 2);
    }
  });

  it("spare what the functions behind cannot tell apart", () => {
    const [swish, relu, conv] = ["HardSwish", "Relu", "Conv"].map((operator) => makeNode(operator, ["x"], ["y"]));
    assert.ok(swish !== undefined && relu !== undefined && conv !== undefined);
    assert.deepEqual(usefulPart([-9, 5], [swish]), [-3, 5]);
    assert.deepEqual(usefulPart([-9, 5], [swish, relu]), [-3, 5]);
    assert.deepEqual(usefulPart([-9, 5], [swish, conv]), [-9, 5]);
    assert.deepEqual(usefulPart([-9, 5], []), [-9, 5]);
    const gate = makeNode("HardSigmoid", ["x"], ["y"], { alpha: 0.25, beta: 0.5 });
    assert.deepEqual(usefulPart([-9, 5], [gate]), [-2, 2]);
  });
});

describe("integer weights", () => {
  const random = createRandom(4);
  const input = { mean: () => 0, square: () => 1 };

  it("have scales whose multiplier is exactly a short number, as single precision computes it", () => {
    let total = 0;
    for (let k = 0; k < 2000; k++) {
      const [x, y] = [Math.exp(random.between(-9, 9)), Math.exp(random.between(-9, 9))].map((s) => roundUpToBits(s, 7));
      const step = Math.exp(random.between(-12, 3));
      assert.ok(x !== undefined && y !== undefined);
      const scale = shortScale(step, x, y);
      const multiplier = Math.fround(Math.fround(x * scale) / y);
      assert.ok(significantBits(multiplier) <= 8 && Math.fround(scale) === scale);
      const wanted = Math.max((step * x) / y, 2 ** -22);
      assert.ok(multiplier >= wanted * (1 - 1e-6) && multiplier <= wanted * 1.25, `${multiplier} for ${wanted}`);
      total += multiplier / wanted;
    }
    // Rounding up alone costs one part in 270; now and then no neighbour fits, and the next multiplier is taken.
    assert.ok(total / 2000 < 1.006, `${total / 2000}`);
  });

  it("are refused where no single-precision scale is large enough", () => {
    assert.throws(
      () => shortScale(2 ** 120, 2 ** 120, 2 ** -60),
      (error: unknown) => error instanceof GliaError && error.code === "EXACT_QUANTISE_SCALE",
    );
  });

  it("stand for nearly the same weights and bias", () => {
    const weights = Float32Array.from({ length: 200 }, () => random.normal());
    const bias = Float32Array.of(0.5, -3);
    const x = { scale: 1 / 64, zero: 10 };
    const float = { weights, bias, channelOf: (index: number) => Math.floor(index / 100), input };
    const result = quantiseWeights(float, x, { scale: 1 / 16, zero: 0 });
    assert.deepEqual(result.widened, []);
    weights.forEach((weight, i) => {
      const scale = result.scales[Math.floor(i / 100)] ?? NaN;
      const value = (result.weights[i] ?? NaN) * scale;
      const within = (result.weights[i] ?? 0) > -64 && (result.weights[i] ?? 0) < 63;
      assert.ok(!within || Math.abs(value - weight) <= scale * 0.501);
    });
    result.biasScales.forEach((scale, channel) => {
      assert.equal(scale, Math.fround(x.scale * (result.scales[channel] ?? NaN)));
      assert.ok(Math.abs((result.bias[channel] ?? NaN) * scale - (bias[channel] ?? NaN)) <= scale * 0.501);
    });
  });

  it("take back what their rounding shifts on average", () => {
    const weights = Float32Array.from({ length: 50 }, () => random.normal());
    const mean = (index: number) => index / 10;
    const float = { weights, bias: Float32Array.of(1), channelOf: () => 0, input: { mean, square: () => 1 } };
    const result = quantiseWeights(float, { scale: 1 / 64, zero: 0 }, { scale: 1, zero: 0 });
    const [scale = NaN, unit = NaN] = [result.scales[0], result.biasScales[0]];
    const ours = result.weights.reduce(
      (sum, weight, i) => sum + weight * scale * mean(i),
      (result.bias[0] ?? NaN) * unit,
    );
    const theirs = weights.reduce((sum, weight, i) => sum + weight * mean(i), 1);
    assert.ok(Math.abs(ours - theirs) < unit);
  });

  it("become coarser where the accumulator could reach 2^24, and stay valid for dead channels", () => {
    const many = Float32Array.from({ length: 3000 }, () => 1);
    const wide = quantiseWeights(
      { weights: many, bias: Float32Array.of(0), channelOf: () => 0, input },
      { scale: 1, zero: 0 },
      { scale: 100, zero: 0 },
    );
    assert.deepEqual(wide.widened, [0]);
    assert.ok(wide.weights.reduce((sum, weight) => sum + weight * 255, 0) < 2 ** 24);
    assert.ok((wide.weights[0] ?? 0) > 15);
    const dead = quantiseWeights(
      { weights: new Float32Array(4), bias: Float32Array.of(0, 5), channelOf: (index) => index >> 1, input },
      { scale: 1, zero: 0 },
      { scale: 0.5, zero: 0 },
    );
    assert.ok(dead.scales.every(isNormalFloat));
    assert.ok(Math.abs((dead.bias[1] ?? NaN) * (dead.biasScales[1] ?? NaN) - 5) < 1e-4);
  });
});

describe("a comparison", () => {
  it("gives cosine, largest difference and signal-to-noise ratio", () => {
    const comparison = new Comparison();
    comparison.add([3, 0], [3, 0]);
    comparison.add([0, 4], [0, 0]);
    assert.deepEqual([comparison.cosine, comparison.maxError], [0.6, 4]);
    assert.ok(Math.abs(comparison.decibels - 10 * Math.log10(25 / 16)) < 1e-12);
    const same = new Comparison();
    same.add([0, 0], [0, 0]);
    assert.deepEqual([same.cosine, same.decibels], [1, Infinity]);
    assert.deepEqual([argMax([1, 3, 3]), argMax([])], [1, 0]);
  });
});
