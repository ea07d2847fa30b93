import { describe, it } from "mocha";
import { makeTensor } from "../../onnx/index.ts";
import type { ModelProto } from "../../onnx/index.ts";
import { createRandom } from "../random.ts";
import { canonicalise } from "./index.ts";
import { refuses, Sketch } from "./testing/sketch.ts";

type Build = (s: Sketch, x: string) => string;

/** x (u8) → DequantizeLinear → what is built → QuantizeLinear → y, or what is built from bytes. */
function model(build: Build, dims: readonly number[] = [1, 3, 6, 5], real = true): ModelProto {
  const s = new Sketch();
  const input = s.input("x", dims, "uint8");
  const result = build(s, real ? s.dequantise(input, 0.03, 130) : input);
  s.output(real ? s.quantise(result, 0.05, 120) : result, dims, "uint8");
  return s.model();
}

function refused(title: string, code: string, message: RegExp, build: Build, dims?: readonly number[]): void {
  it(title, () => {
    refuses(() => canonicalise(model(build, dims)), code, message);
  });
}

function refusedBytes(title: string, code: string, message: RegExp, build: Build, dims?: readonly number[]): void {
  it(title, () => {
    refuses(() => canonicalise(model(build, dims, false)), code, message);
  });
}

const named = (name: string) => ({ name });
const random = () => createRandom(3);
const u8 = (s: Sketch, value: number) => s.bytes("uint8", [value]);
const i8s = (s: Sketch, count: number, dims: readonly number[], value = 1) =>
  s.bytes("int8", new Array<number>(count).fill(value), dims);
/** Inputs of a QLinearMatMul [6, 3] whose single parts can be exchanged. */
const matMul = (s: Sketch, x: string, parts: Partial<Record<number, string>> = {}) =>
  s.node(
    "QLinearMatMul",
    [
      x,
      s.floats([0.03]),
      u8(s, 130),
      i8s(s, 18, [6, 3]),
      s.floats([0.01]),
      s.bytes("int8", [0]),
      s.floats([0.1]),
      u8(s, 9),
    ].map((name, index) => parts[index] ?? name),
    {},
    named("product"),
  );

describe("what the canonicaliser refuses: numbers", () => {
  for (const scale of [0, -1, NaN, Infinity, 2 ** -130])
    refusedBytes(
      `a scale of ${scale}`,
      "EXACT_SCALE_INVALID",
      /^The node "product" \(QLinearMatMul\) has a scale of/,
      (s, x) => matMul(s, x, { 1: s.floats([scale]) }),
      [4, 6],
    );
  refusedBytes(
    "a weight scale of 0",
    "EXACT_SCALE_INVALID",
    /product/,
    (s, x) => matMul(s, x, { 4: s.floats([0]) }),
    [4, 6],
  );
  refusedBytes(
    "a computed scale",
    "EXACT_NOT_CONSTANT",
    /computes its scale/,
    (s, x) => matMul(s, x, { 1: s.node("Cast", [s.node("ArgMax", [x], { axis: 0n })], { to: 1n }) }),
    [4, 6],
  );
  refusedBytes(
    "a multiplier that is not normal",
    "EXACT_SCALE_INVALID",
    /multiplier/,
    (s, x) => matMul(s, x, { 1: s.floats([2 ** -60]), 4: s.floats([2 ** -60]), 6: s.floats([2 ** 20]) }),
    [4, 6],
  );
  refusedBytes(
    "two scales for an activation",
    "EXACT_SHAPE_MISMATCH",
    /one number is needed/,
    (s, x) => matMul(s, x, { 1: s.floats([1, 2]) }),
    [4, 6],
  );
  refusedBytes(
    "a zero point of another type",
    "EXACT_ZERO_POINT_INVALID",
    /int8 for values of uint8/,
    (s, x) => matMul(s, x, { 2: s.bytes("int8", [1]) }),
    [4, 6],
  );
  refusedBytes(
    "a scale that is no float32",
    "EXACT_TYPE_UNSUPPORTED",
    /int64/,
    (s, x) => matMul(s, x, { 1: s.ints([1], []) }),
    [4, 6],
  );
  refusedBytes(
    "accumulators of 2^24",
    "EXACT_ACCUMULATOR_TOO_LARGE",
    /output channel 0; they must stay below 2\^24/,
    (s, x) => matMul(s, x, { 3: i8s(s, 2400, [1200, 2], 127) }),
    [1, 1200],
  );
  refused(
    "a bias beyond 2^24",
    "EXACT_ACCUMULATOR_TOO_LARGE",
    /bias/,
    (s, x) =>
      s
        .node("MatMul", [x, s.weights(random(), [6, 2], [1e-6])], {}, named("product"))
        .replace(/.*/, (name) => s.node("Add", [name, s.floats([9, 9])])),
    [4, 6],
  );
  refusedBytes(
    "weights whose zero points are too far apart",
    "EXACT_WEIGHTS_RANGE",
    /no common zero point/,
    (s, x) =>
      matMul(s, x, {
        3: s.bytes("uint8", [...new Array<number>(9).fill(0), ...new Array<number>(9).fill(255)], [6, 3]),
        4: s.floats([1, 1, 1]),
        5: s.bytes("uint8", [0, 255, 0]),
      }),
    [4, 6],
  );
  refused(
    "a negative factor for weights that have no room",
    "EXACT_WEIGHTS_RANGE",
    /negative/,
    (s, x) =>
      s.node("Mul", [
        s.node("MatMul", [x, s.dequantise(s.bytes("uint8", new Array<number>(12).fill(255), [6, 2]), 0.01, 3)]),
        s.floats([-1]),
      ]),
    [4, 6],
  );
  refused("addends whose scales are too far apart", "EXACT_SCALE_INVALID", /times apart/, (s, x) =>
    s.node("Add", [x, s.dequantise(s.quantise(s.node("Neg", [x]), 1e-7, 3), 1e-7, 3)]),
  );
});

describe("what the canonicaliser refuses: operators", () => {
  refusedBytes(
    "a product of two computed tensors",
    "EXACT_NOT_CONSTANT",
    /computes its second matrix/,
    (s, x) => matMul(s, x, { 3: x }),
    [6, 6],
  );
  refused(
    "a product of two computed tensors in QDQ form",
    "EXACT_NOT_CONSTANT",
    /\(MatMul\) computes its weights/,
    (s, x) => s.node("MatMul", [x, x]),
    [6, 6],
  );
  refused(
    "weights that are not quantised",
    "EXACT_WEIGHTS_FLOAT",
    /of float32; they must be u8 or i8/,
    (s, x) => s.node("MatMul", [x, s.floats([1, 2, 3, 4, 5, 6], [6, 1])]),
    [4, 6],
  );
  refused(
    "weights of 32 bits",
    "EXACT_TYPE_UNSUPPORTED",
    /weights of int32/,
    (s, x) =>
      s.node("MatMul", [x, s.node("DequantizeLinear", [s.bytes("int32", [1, 2, 3, 4, 5, 6], [6, 1]), s.floats([1])])]),
    [4, 6],
  );
  refused(
    "scales along another axis than the outputs",
    "EXACT_SHAPE_MISMATCH",
    /scales along axis 0/,
    (s, x) => s.node("MatMul", [x, s.weights(random(), [6, 3], [1, 1, 1, 1, 1, 1], 0)]),
    [4, 6],
  );
  refused(
    "matrices that do not fit",
    "EXACT_SHAPE_MISMATCH",
    /multiplies \[4, 6\]/,
    (s, x) => s.node("MatMul", [x, s.weights(random(), [5, 3], [1])]),
    [4, 6],
  );
  refused(
    "several matrices in one constant",
    "EXACT_SHAPE_MISMATCH",
    /one matrix/,
    (s, x) => s.node("MatMul", [x, s.weights(random(), [2, 6, 3], [1])]),
    [2, 4, 6],
  );
  refused(
    "Gemm with an alpha",
    "EXACT_OPERATOR_UNSUPPORTED",
    /alpha of 2/,
    (s, x) => s.node("Gemm", [x, s.weights(random(), [6, 3], [1])], { alpha: 2 }),
    [4, 6],
  );
  refused(
    "a convolution of three axes",
    "EXACT_OPERATOR_UNSUPPORTED",
    /5 dimensions/,
    (s, x) => s.node("Conv", [x, s.weights(random(), [2, 3, 1, 1, 1], [1])]),
    [1, 3, 2, 2, 2],
  );
  refused("channels that do not fit the weights", "EXACT_SHAPE_MISMATCH", /3 channels in 1 groups/, (s, x) =>
    s.node("Conv", [x, s.weights(random(), [2, 2, 1, 1], [1])]),
  );
  refused("a bias of another length", "EXACT_SHAPE_MISMATCH", /bias of shape \[3\] for 2/, (s, x) =>
    s.node("Conv", [x, s.weights(random(), [2, 3, 1, 1], [1]), s.floats([1, 2, 3])]),
  );
  refused("a window larger than the image", "EXACT_WINDOW_INVALID", /no place/, (s, x) =>
    s.node("MaxPool", [x], { kernel_shape: [9n, 9n] }),
  );
  refused("a window of padding only", "EXACT_WINDOW_INVALID", /no element of the image/, (s, x) =>
    s.node("MaxPool", [x], { kernel_shape: [2n, 2n], pads: [2n, 2n, 2n, 2n] }),
  );
  refused("a negative padding", "EXACT_WINDOW_INVALID", /padding of -1/, (s, x) =>
    s.node("MaxPool", [x], { kernel_shape: [2n, 2n], pads: [-1n, 0n, 0n, 0n] }),
  );
  refused("an unknown auto_pad", "EXACT_WINDOW_INVALID", /auto_pad/, (s, x) =>
    s.node("MaxPool", [x], { kernel_shape: [2n, 2n], auto_pad: "SAME" }),
  );
  refused("averages with padding that does not count", "EXACT_OPERATOR_UNSUPPORTED", /another number/, (s, x) =>
    s.node("AveragePool", [x], { kernel_shape: [2n, 2n], pads: [1n, 1n, 1n, 1n] }),
  );
  refused("a sum behind a convolution that is not quantised", "EXACT_NOT_QUANTISED", /one is not quantised/, (s, x) =>
    s.node("Add", [x, s.node("Conv", [x, s.weights(random(), [3, 3, 1, 1], [1])])]),
  );
  refused(
    "a function of a convolution that is not quantised",
    "EXACT_NOT_QUANTISED",
    /\(Sigmoid\) takes what .*Conv/,
    (s, x) => s.node("Sigmoid", [s.node("Conv", [x, s.weights(random(), [3, 3, 1, 1], [1])])]),
  );
  refused("a convolution of a convolution that is not quantised", "EXACT_NOT_QUANTISED", /every product/, (s, x) =>
    s.node("Conv", [
      s.node("Conv", [x, s.weights(random(), [3, 3, 1, 1], [1])]),
      s.weights(random(), [3, 3, 1, 1], [1]),
    ]),
  );
  refused("the maximum of two tensors", "EXACT_OPERATOR_UNSUPPORTED", /\(Max\) combines several/, (s, x) =>
    s.node("Max", [x, s.node("GlobalMaxPool", [x])]),
  );
  refused(
    "a constant that differs from place to place without a scale",
    "EXACT_OPERATOR_UNSUPPORTED",
    /constant of shape \[4, 6\]/,
    (s, x) =>
      s.node("Add", [
        x,
        s.floats(
          new Array<number>(24).fill(0).map((_, i) => i),
          [4, 6],
        ),
      ]),
    [4, 6],
  );
  refused("an unknown attribute", "EXACT_ATTRIBUTE_UNSUPPORTED", /"speed"/, (s, x) =>
    s.node("MaxPool", [x], { kernel_shape: [2n, 2n], speed: 1n }),
  );
  refused("an attribute of another type", "EXACT_ATTRIBUTE_INVALID", /must be a list/, (s, x) =>
    s.node("MaxPool", [x], { kernel_shape: 2n }),
  );
  refused("a linear resize", "EXACT_OPERATOR_UNSUPPORTED", /mode "linear"/, (s, x) =>
    s.node("Resize", [x, "", s.floats([1, 1, 2, 2])], { mode: "linear" }),
  );
  refused("a movement that contradicts itself", "EXACT_MOVE_INVALID", /^The node "move" \(Reshape\)/, (s, x) =>
    s.node("Reshape", [x, s.ints([7, 7])], {}, named("move")),
  );
  refused(
    "an ArgMax of 257",
    "EXACT_OPERATOR_UNSUPPORTED",
    /at most 256/,
    (s, x) => s.node("Cast", [s.node("ArgMax", [x], { axis: 1n })], { to: 1n }),
    [1, 257],
  );
  refused("a computed shape", "EXACT_NOT_CONSTANT", /computes its shape/, (s, x) =>
    s.node("Reshape", [x, s.node("NonZero", [x])]),
  );
  refusedBytes(
    "integer operators outside of the profile",
    "EXACT_OPERATOR_UNSUPPORTED",
    /com\.microsoft\.QLinearSoftmax/,
    (s, x) =>
      s.node(
        "QLinearSoftmax",
        [x, s.floats([1]), u8(s, 0), s.floats([1]), u8(s, 0)],
        { axis: 1n },
        { domain: "com.microsoft" },
      ),
  );
  refusedBytes("dynamic quantisation", "EXACT_OPERATOR_UNSUPPORTED", /DynamicQuantizeLinear/, (s, x) =>
    s.node("DynamicQuantizeLinear", [s.dequantise(x, 1, 0)]),
  );
  refusedBytes(
    "bytes joined with other scales",
    "EXACT_SCALE_INVALID",
    /different scales/,
    (s, x) => matMul(s, s.node("Concat", [s.quantise(s.dequantise(x, 1, 0), 2, 0), x], { axis: 0n })),
    [4, 6],
  );
  refusedBytes(
    "arithmetic of bytes",
    "EXACT_OPERATOR_UNSUPPORTED",
    /whole numbers/,
    (s, x) => matMul(s, s.node("Add", [x, x])),
    [4, 6],
  );
  refusedBytes("bytes quantised again", "EXACT_TYPE_UNSUPPORTED", /already/, (s, x) => s.quantise(x, 1, 0));
  refused("QuantizeLinear to 16 bits", "EXACT_TYPE_UNSUPPORTED", /uint16/, (s, x) => {
    s.initializers.push(makeTensor("z16", "uint16", [], new Uint8Array(2)));
    return s.dequantise(s.node("QuantizeLinear", [x, s.floats([1]), "z16"]), 1, 0);
  });
  refused("quantisation per channel of an activation", "EXACT_SHAPE_MISMATCH", /one number/, (s, x) =>
    s.dequantise(s.node("QuantizeLinear", [x, s.floats([1, 2, 3]), s.bytes("uint8", [0, 0, 0])]), 1, 0),
  );
  refused(
    "Softmax in the middle",
    "EXACT_OPERATOR_UNSUPPORTED",
    /\(Softmax\) has no exact form/,
    (s, x) => s.node("MatMul", [s.pair(s.node("Softmax", [x]), 1 / 256, 0), s.weights(random(), [6, 3], [1])]),
    [4, 6],
  );
});
