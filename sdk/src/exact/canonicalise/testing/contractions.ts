import { MATRIX, Y, batchNorm, bytes, ints, microsoft, qdq, range, scale, zero } from "./case.ts";
import type { Build, Case } from "./case.ts";

const conv = (dims: readonly number[], scales: readonly number[], attributes = {}, bias?: readonly number[]): Build => {
  return (s, x, random) =>
    s.node("Conv", [x, s.weights(random, dims, scales), ...(bias === undefined ? [] : [s.floats(bias)])], attributes);
};

/** Everything that becomes a Contract by its weights. */
export const CONTRACTIONS: readonly Case[] = [
  qdq("Conv", "Contract", conv([4, 3, 3, 3], [0.01])),
  qdq(
    "Conv, bias, per channel, padded, strided, dilated",
    "Contract",
    conv(
      [2, 3, 3, 2],
      [0.01, 0.02],
      { pads: ints(1, 2, 3, 0), strides: ints(2, 1), dilations: ints(2, 1) },
      [0.4, -0.7],
    ),
    { within: 1 },
  ),
  qdq("Conv, SAME_UPPER", "Contract", conv([2, 3, 3, 2], [0.01], { auto_pad: "SAME_UPPER", strides: ints(2, 2) })),
  qdq("Conv, SAME_LOWER", "Contract", conv([2, 3, 3, 2], [0.01], { auto_pad: "SAME_LOWER", strides: ints(2, 1) })),
  qdq("Conv, i8", "Contract", conv([4, 3, 3, 3], [0.01]), { type: "int8" }),
  qdq("Conv, depthwise", "Contract", conv([3, 1, 3, 3], [0.01], { group: 3n })),
  qdq("Conv, grouped", "Contract", conv([6, 2, 3, 3], [0.01], { group: 2n }), { dims: [2, 4, 5, 5] }),
  qdq("Conv, groups that straddle words", "Contract", conv([6, 12, 1, 1], [0.01], { group: 3n }), {
    dims: [1, 36, 3, 3],
  }),
  qdq("Conv of one axis", "Move Contract Move", conv([4, 3, 3], [0.01], { pads: ints(1, 1) }), { dims: [2, 3, 9] }),
  qdq("Conv, Relu", "Contract", (s, x, r) => s.node("Relu", [conv([4, 3, 3, 3], [0.01])(s, x, r)]), { zero: 0 }),
  qdq("Conv, Relu, zero point", "Contract Table", (s, x, r) => s.node("Relu", [conv([4, 3, 3, 3], [0.01])(s, x, r)])),
  qdq("Conv, Clip", "Contract Table", (s, x, r) =>
    s.node("Clip", [conv([4, 3, 3, 3], [0.01])(s, x, r), s.floats([-1]), s.floats([2])]),
  ),
  qdq("Conv, BatchNormalization", "Contract", (s, x, r) => batchNorm(s, conv([3, 3, 3, 3], [0.01])(s, x, r)), {
    within: 1,
  }),
  qdq(
    "Conv, Mul, Add of constants",
    "Contract",
    (s, x, r) =>
      s.node("Add", [
        s.node("Mul", [conv([2, 3, 3, 3], [0.01])(s, x, r), s.floats([0.5, -2], [2, 1, 1])]),
        s.floats([1, 2], [1, 2, 1, 1]),
      ]),
    { within: 1 },
  ),
  qdq("Conv, MaxPool, Flatten", "Contract MaxPool Move", (s, x, r) =>
    s.node("Flatten", [s.node("MaxPool", [conv([4, 3, 3, 3], [0.01])(s, x, r)], { kernel_shape: ints(2, 2) })]),
  ),
  qdq(
    "Gemm",
    "Contract",
    (s, x, r) => s.node("Gemm", [x, s.weights(r, [6, 3], [0.01, 0.02, 0.03], 1), s.floats([1, 0, -1])]),
    { dims: MATRIX, within: 1 },
  ),
  qdq(
    "Gemm, transposed twice",
    "Move Contract",
    (s, x, r) => s.node("Gemm", [x, s.weights(r, [3, 4], [0.01, 0.02, 0.03])], { transA: 1n, transB: 1n }),
    { dims: MATRIX },
  ),
  qdq("MatMul", "Contract", (s, x, r) => s.node("MatMul", [x, s.weights(r, [6, 3], [0.01])]), { dims: [2, 4, 6] }),
  qdq("MatMul of rank 4", "Move Contract Move", (s, x, r) => s.node("MatMul", [x, s.weights(r, [5, 3], [0.01])])),
  qdq("MatMul of a vector", "Contract", (s, x, r) => s.node("MatMul", [x, s.weights(r, [6, 3], [0.01])]), {
    dims: [6],
  }),
  qdq(
    "MatMul, Add of a bias",
    "Contract",
    (s, x, r) => s.node("Add", [s.node("MatMul", [x, s.weights(r, [6, 3], [0.01])]), s.floats([1, 2, 3])]),
    { dims: [2, 4, 6], within: 1 },
  ),
  qdq(
    "MatMul with a transposed constant",
    "Contract",
    (s, x, r) =>
      s.node("MatMul", [x, s.node("Transpose", [s.weights(r, [3, 6], [0.01, 0.02, 0.03])], { perm: ints(1, 0) })]),
    { dims: MATRIX },
  ),
  bytes("QLinearConv", "Contract", (s, x, r) =>
    s.node(
      "QLinearConv",
      [
        x,
        scale(s, 0.03),
        zero(s, 130),
        s.bytes("uint8", range(r, 108, 64, 190), [4, 3, 3, 3]),
        s.floats([0.01]),
        zero(s, 127),
        scale(s, 0.1),
        zero(s, 100),
        s.bytes("int32", range(r, 4, -900, 900)),
      ],
      { pads: ints(1, 1, 1, 1) },
      Y,
    ),
  ),
  bytes(
    "QLinearMatMul",
    "Contract",
    (s, x, r) =>
      s.node(
        "QLinearMatMul",
        [
          x,
          scale(s, 0.03),
          zero(s, 130),
          s.bytes("uint8", range(r, 18, 64, 190), [6, 3]),
          s.floats([0.01]),
          zero(s, 127),
          scale(s, 0.1),
          zero(s, 100),
        ],
        {},
        Y,
      ),
    { dims: MATRIX },
  ),
  bytes(
    "QGemm",
    "Contract",
    (s, x, r) =>
      s.node(
        "QGemm",
        [
          x,
          scale(s, 0.03),
          zero(s, 130),
          s.bytes("uint8", range(r, 18, 64, 190), [3, 6]),
          s.floats([0.01]),
          zero(s, 127),
          s.bytes("int32", range(r, 3, -900, 900)),
          scale(s, 0.1),
          zero(s, 100),
        ],
        { transB: 1n },
        microsoft,
      ),
    { dims: MATRIX },
  ),
  bytes(
    "MatMulInteger, Cast, Mul, QuantizeLinear",
    "Contract",
    (s, x, r) => {
      const sums = s.node("MatMulInteger", [x, s.bytes("int8", range(r, 18, -60, 60), [6, 3]), zero(s, 130)]);
      return s.quantise(
        s.node("Mul", [s.node("Cast", [sums], { to: 1n }), s.floats([0.003])]),
        0.05,
        100,
        "uint8",
        "y",
      );
    },
    { dims: MATRIX, within: 1 },
  ),
  bytes(
    "ConvInteger, Cast, Mul, Add, QuantizeLinear",
    "Contract",
    (s, x, r) => {
      const sums = s.node("ConvInteger", [
        x,
        s.bytes("uint8", range(r, 108, 64, 190), [4, 3, 3, 3]),
        zero(s, 130),
        zero(s, 127),
      ]);
      const real = s.node("Mul", [s.node("Cast", [sums], { to: 1n }), s.floats([0.003])]);
      return s.quantise(s.node("Add", [real, s.floats([1, -1, 2, 0], [4, 1, 1])]), 0.05, 100, "uint8", "y");
    },
    { within: 1 },
  ),
  qdq("Conv with a bias of int32", "Contract", (s, x, r) => {
    const unit = Math.fround(Math.fround(0.03) * Math.fround(0.01));
    const bias = s.node("DequantizeLinear", [s.bytes("int32", [900, -800, 7, 0]), s.floats([unit])]);
    return s.node("Conv", [x, s.weights(r, [4, 3, 3, 3], [0.01]), bias]);
  }),
  qdq("Conv, weights with several zero points", "Contract", (s, x, r) => {
    const weights = s.bytes("uint8", range(r, 54, 40, 90), [2, 3, 3, 3]);
    const inputs = [weights, s.floats([0.01, 0.02]), s.bytes("uint8", [60, 70])];
    return s.node("Conv", [x, s.node("DequantizeLinear", inputs, { axis: 0n })]);
  }),
  qdq("Conv, Relu of the input", "Table Contract", (s, x, r) =>
    s.node("Conv", [s.node("Relu", [x]), s.weights(r, [4, 3, 3, 3], [0.01])]),
  ),
  qdq("Conv, weights quantised from floats", "Contract", (s, x, r) => {
    const floats = s.floats(
      Array.from({ length: 12 }, () => r.between(-0.5, 0.5)),
      [4, 3, 1, 1],
    );
    return s.node("Conv", [x, s.pair(floats, 0.01, 0, "int8")]);
  }),
  bytes(
    "QLinearConv of i8, per channel",
    "Contract",
    (s, x, r) => {
      const weights = s.bytes("int8", range(r, 54, -64, 63), [2, 3, 3, 3]);
      const scales = [s.floats([0.01, 0.002]), s.bytes("int8", [0, 0])];
      const output = [scale(s, 0.1), s.bytes("int8", [-20])];
      return s.node("QLinearConv", [x, scale(s, 0.03), s.bytes("int8", [3]), weights, ...scales, ...output], {}, Y);
    },
    { type: "int8" },
  ),
  bytes(
    "QLinearMatMul, per column",
    "Contract",
    (s, x, r) => {
      const weights = s.bytes("int8", range(r, 18, -64, 63), [6, 3]);
      const scales = [s.floats([0.01, 0.002, 0.03]), s.bytes("int8", [0, 0, 0])];
      const output = [scale(s, 0.1), zero(s, 100)];
      return s.node("QLinearMatMul", [x, scale(s, 0.03), zero(s, 130), weights, ...scales, ...output], {}, Y);
    },
    { dims: MATRIX },
  ),
  bytes(
    "MatMulInteger, DequantizeLinear, QuantizeLinear",
    "Contract",
    (s, x, r) => {
      const sums = s.node("MatMulInteger", [x, s.bytes("int8", range(r, 18, -60, 60), [6, 3]), zero(s, 130)]);
      return s.quantise(s.node("DequantizeLinear", [sums, s.floats([0.003])]), 0.05, 100, "uint8", "y");
    },
    { dims: MATRIX, within: 1 },
  ),
];
