import { MATRIX, Y, batchNorm, bytes, microsoft, qdq, range, scale, zero } from "./case.ts";
import type { Case } from "./case.ts";

/** Tables, constants per channel, and two tensors. */
export const ELEMENTWISE: readonly Case[] = [
  qdq("DequantizeLinear, QuantizeLinear", "Table", (_s, x) => x, { within: 0 }),
  qdq("Relu", "Table", (s, x) => s.node("Relu", [x]), { within: 0 }),
  qdq("Clip", "Table", (s, x) => s.node("Clip", [x, s.floats([-0.5]), s.floats([1])])),
  qdq("Sigmoid", "Table", (s, x) => s.node("Sigmoid", [x]), { scale: 1 / 256, zero: 0, within: 1 }),
  qdq("x · Sigmoid(x)", "Table", (s, x) => s.node("Mul", [x, s.node("Sigmoid", [x])]), { within: 1 }),
  qdq(
    "scalar Add, Mul, Sub, Div",
    "Table",
    (s, x) =>
      s.node("Div", [
        s.node("Sub", [s.floats([1]), s.node("Mul", [s.node("Add", [x, s.floats([0.3])]), s.floats([0.7])])]),
        s.floats([2]),
      ]),
    { within: 1 },
  ),
  qdq("scalar of more dimensions", "Table Move", (s, x) => s.node("Add", [x, s.floats([0.3], [1, 1, 1, 1])]), {
    dims: MATRIX,
    within: 1,
  }),
  qdq("BatchNormalization", "Contract", (s, x) => batchNorm(s, x), { within: 1 }),
  qdq(
    "constants per channel",
    "Contract",
    (s, x) =>
      s.node("Mul", [
        s.node("Sub", [s.node("Mul", [x, s.floats([0.5])]), s.floats([1, 2, 3], [3, 1, 1])]),
        s.floats([1, -1, 0.5], [1, 3, 1, 1]),
      ]),
    { within: 1 },
  ),
  qdq("constants per column", "Contract", (s, x) => s.node("Mul", [x, s.floats([1, 2, 3, 0, -1, 0.1])]), {
    dims: MATRIX,
    within: 1,
  }),
  qdq("constants per row", "Move Contract Move", (s, x) => s.node("Mul", [x, s.floats([1, 2, 3, -1], [4, 1])]), {
    dims: MATRIX,
    within: 1,
  }),
  qdq(
    "Add of a constant of bytes",
    "Move Contract Move AddMul",
    (s, x, r) => s.node("Add", [x, s.dequantise(s.bytes("uint8", range(r, 24, 0, 255), MATRIX), 0.02, 100)]),
    { dims: MATRIX, within: 1 },
  ),
  qdq("Add", "MaxPool AddMul", (s, x) => s.node("Add", [x, s.node("GlobalMaxPool", [x])]), { within: 1 }),
  qdq("Sub", "MaxPool Table AddMul", (s, x) => s.node("Sub", [x, s.node("GlobalMaxPool", [x])]), { within: 1 }),
  qdq("Mul", "MaxPool AddMul", (s, x) => s.node("Mul", [x, s.node("GlobalMaxPool", [x])]), { within: 1 }),
  qdq("Add, Relu", "MaxPool AddMul", (s, x) => s.node("Relu", [s.node("Add", [x, s.node("GlobalMaxPool", [x])])]), {
    zero: 0,
    within: 1,
  }),
  qdq(
    "Add with a view that repeats",
    "Move Move AddMul",
    (s, x) => s.node("Add", [x, s.node("Slice", [x, s.ints([0]), s.ints([1]), s.ints([1])])]),
    { dims: [2, 3, 4], within: 1 },
  ),
  qdq(
    "Add of fewer dimensions",
    "Move Move Move AddMul",
    (s, x) =>
      s.node("Add", [
        x,
        s.node("Squeeze", [s.node("Slice", [x, s.ints([0]), s.ints([1]), s.ints([1])]), s.ints([0, 1])]),
      ]),
    { within: 1 },
  ),
  bytes(
    "QLinearAdd",
    "AddMul",
    (s, x) =>
      s.node(
        "QLinearAdd",
        [x, scale(s, 0.03), zero(s, 130), x, scale(s, 0.02), zero(s, 100), scale(s, 0.0625), zero(s, 120)],
        {},
        microsoft,
      ),
    { within: 1 },
  ),
  bytes(
    "QLinearAdd with a constant",
    "Table",
    (s, x) =>
      s.node(
        "QLinearAdd",
        [
          x,
          scale(s, 0.03),
          zero(s, 130),
          s.bytes("uint8", [200]),
          scale(s, 0.02),
          zero(s, 100),
          scale(s, 0.0625),
          zero(s, 120),
        ],
        {},
        microsoft,
      ),
    { within: 1 },
  ),
  bytes(
    "QLinearMul",
    "AddMul",
    (s, x) =>
      s.node(
        "QLinearMul",
        [x, scale(s, 0.03), zero(s, 130), x, scale(s, 0.02), zero(s, 100), scale(s, 0.0625), zero(s, 120)],
        {},
        microsoft,
      ),
    { within: 1 },
  ),
  bytes(
    "QLinearSigmoid",
    "Table",
    (s, x) => s.node("QLinearSigmoid", [x, scale(s, 0.03), zero(s, 130), scale(s, 1 / 256), zero(s, 0)], {}, microsoft),
    { within: 1 },
  ),
  bytes(
    "QLinearLeakyRelu",
    "Table",
    (s, x) =>
      s.node(
        "QLinearLeakyRelu",
        [x, scale(s, 0.03), zero(s, 130), scale(s, 0.02), zero(s, 20)],
        { alpha: 0.25 },
        microsoft,
      ),
    { within: 1 },
  ),
  bytes("Relu of i8", "Table", (s, x) => s.node("Relu", [x], {}, Y), { type: "int8" }),
  bytes("Clip of u8", "Table", (s, x) => s.node("Clip", [x, zero(s, 20), zero(s, 99)], {}, Y)),
  bytes(
    "Cast and normalisation of u8",
    "Contract",
    (s, x) =>
      s.quantise(
        s.node("Div", [
          s.node("Sub", [
            s.node("Div", [s.node("Cast", [x], { to: 1n }), s.floats([255])]),
            s.floats([0.4, 0.5, 0.6], [3, 1, 1]),
          ]),
          s.floats([0.2, 0.3, 0.25], [3, 1, 1]),
        ]),
        0.02,
        110,
        "uint8",
        "y",
      ),
    { within: 1 },
  ),
  qdq("Sum", "MaxPool AddMul", (s, x) => s.node("Sum", [x, s.node("GlobalMaxPool", [x])])),
  qdq("Add of the same twice", "Table", (s, x) => s.node("Add", [x, x])),
  qdq("Clip with quantised bounds", "Table", (s, x) =>
    s.node("Clip", [x, s.dequantise(s.bytes("uint8", [90]), 0.01, 100), s.floats([1])]),
  ),
];
