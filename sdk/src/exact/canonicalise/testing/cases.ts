import { createRandom } from "../../random.ts";
import type { Random } from "../../random.ts";
import { Sketch } from "./sketch.ts";

/** A small model with one u8 (or i8) input "x" and one output "y" of bytes, and the kinds of node that it becomes. */
export interface Case {
  readonly name: string;
  readonly kinds: string;
  readonly sketch: Sketch;
  /** By how much a byte may differ from that of ONNX Runtime on the file as it is. */
  readonly within: number;
}

type Build = (s: Sketch, x: string, random: Random) => string;

interface Options {
  readonly dims?: readonly number[];
  readonly type?: "uint8" | "int8";
  /** Scale and zero point of the result. */
  readonly scale?: number;
  readonly zero?: number;
  readonly within?: number;
  readonly opset?: number;
}

const IMAGE = [1, 3, 6, 5];
const MATRIX = [4, 6];

/** DequantizeLinear → what `build` makes → QuantizeLinear. */
function qdq(name: string, kinds: string, build: Build, options: Options = {}): Case {
  // Floats round on the way; the law rounds once. So a tie may fall to the other side.
  const { dims = IMAGE, type = "uint8", scale = 0.05, zero = 120, within = 1 } = options;
  const s = new Sketch();
  const shift = type === "int8" ? 128 : 0;
  const x = s.dequantise(s.input("x", dims, type), 0.03, 130 - shift, type);
  s.quantise(build(s, x, createRandom(7)), scale, zero - shift, type, "y");
  s.output("y", [], type);
  return { name, kinds, sketch: s, within };
}

/** Bytes → what `build` makes, whose last node is called "y". */
function bytes(name: string, kinds: string, build: Build, options: Options = {}): Case {
  const { dims = IMAGE, type = "uint8", within = 0 } = options;
  const s = new Sketch();
  build(s, s.input("x", dims, type), createRandom(7));
  s.output("y", [], type);
  return { name, kinds, sketch: s, within };
}

const microsoft = { domain: "com.microsoft", output: "y" };
const Y = { output: "y" };
const ints = (...values: number[]): bigint[] => values.map(BigInt);
const scale = (s: Sketch, value: number) => s.floats([value]);
const zero = (s: Sketch, value: number) => s.bytes("uint8", [value]);
const range = (random: Random, count: number, low: number, high: number) =>
  Array.from({ length: count }, () => low + random.below(high - low + 1));

const conv = (dims: readonly number[], scales: readonly number[], attributes = {}, bias?: readonly number[]): Build => {
  return (s, x, random) =>
    s.node("Conv", [x, s.weights(random, dims, scales), ...(bias === undefined ? [] : [s.floats(bias)])], attributes);
};

const CONTRACTIONS: readonly Case[] = [
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
];

function batchNorm(s: Sketch, x: string): string {
  const constants = [
    [0.5, -1, 2],
    [0.1, 0.2, 0.3],
    [1, 0, -1],
    [0.5, 1, 2],
  ].map((values) => s.floats(values));
  return s.node("BatchNormalization", [x, ...constants]);
}

const POOLS: readonly Case[] = [
  qdq("MaxPool", "MaxPool Table", (s, x) =>
    s.node("MaxPool", [x], { kernel_shape: ints(3, 2), strides: ints(2, 2), pads: ints(1, 0, 1, 1), ceil_mode: 1n }),
  ),
  bytes(
    "MaxPool of i8",
    "MaxPool",
    (s, x) => s.node("MaxPool", [x], { kernel_shape: ints(2, 2), auto_pad: "SAME_UPPER" }, Y),
    { type: "int8" },
  ),
  qdq("MaxPool of one axis", "Move MaxPool Move Table", (s, x) => s.node("MaxPool", [x], { kernel_shape: ints(3) }), {
    dims: [2, 3, 7],
  }),
  qdq("GlobalMaxPool", "MaxPool Table", (s, x) => s.node("GlobalMaxPool", [x])),
  qdq(
    "AveragePool",
    "Contract",
    (s, x) => s.node("AveragePool", [x], { kernel_shape: ints(2, 3), strides: ints(2, 1) }),
    { within: 1 },
  ),
  qdq(
    "AveragePool, padding counted",
    "Contract",
    (s, x) => s.node("AveragePool", [x], { kernel_shape: ints(3, 3), pads: ints(1, 1, 1, 1), count_include_pad: 1n }),
    { within: 1 },
  ),
  qdq("GlobalAveragePool", "Contract", (s, x) => s.node("GlobalAveragePool", [x]), { within: 1 }),
  qdq("GlobalAveragePool of one axis", "Move Contract Move", (s, x) => s.node("GlobalAveragePool", [x]), {
    dims: [2, 3, 7],
    within: 1,
  }),
  qdq(
    "ReduceMean over height and width",
    "Contract Move",
    (s, x) => s.node("ReduceMean", [x], { axes: ints(2, 3), keepdims: 0n }),
    { dims: [2, 3, 4, 5], within: 1 },
  ),
  qdq("ReduceMean over the last axis", "Contract", (s, x) => s.node("ReduceMean", [x], { axes: ints(-1) }), {
    dims: [2, 3, 7],
    within: 1,
  }),
  qdq(
    "ReduceMean over a middle axis",
    "Move Contract Move",
    (s, x) => s.node("ReduceMean", [x], { axes: ints(1), keepdims: 0n }),
    { dims: [2, 3, 7], within: 1 },
  ),
  bytes(
    "QLinearAveragePool",
    "Contract",
    (s, x) =>
      s.node(
        "QLinearAveragePool",
        [x, scale(s, 0.03), zero(s, 130), scale(s, 0.02), zero(s, 100)],
        { kernel_shape: ints(2, 2) },
        microsoft,
      ),
    { within: 1 },
  ),
  bytes(
    "QLinearGlobalAveragePool",
    "Contract",
    (s, x) =>
      s.node(
        "QLinearGlobalAveragePool",
        [x, scale(s, 0.03), zero(s, 130), scale(s, 0.02), zero(s, 100)],
        {},
        microsoft,
      ),
    { within: 1 },
  ),
];

const ELEMENTWISE: readonly Case[] = [
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
];

/** Movement with another scale behind it, so that its place and that of the Table are seen. */
const MOVEMENT: readonly Case[] = [
  bytes("Reshape", "Move", (s, x) => s.node("Reshape", [x, s.ints([0, -1])], {}, Y)),
  bytes("Reshape by a computed shape", "Move", (s, x) =>
    s.node(
      "Reshape",
      [
        x,
        s.node(
          "Concat",
          [s.node("Unsqueeze", [s.node("Gather", [s.node("Shape", [x]), s.ints([0], [])]), s.ints([0])]), s.ints([-1])],
          { axis: 0n },
        ),
      ],
      {},
      Y,
    ),
  ),
  bytes("Flatten", "Move", (s, x) => s.node("Flatten", [x], {}, Y)),
  bytes("Transpose", "Move", (s, x) => s.node("Transpose", [x], { perm: ints(0, 2, 3, 1) }, Y)),
  bytes("Slice", "Move", (s, x) =>
    s.node("Slice", [x, s.ints([4, 0]), s.ints([-100, 4]), s.ints([2, 3]), s.ints([-2, 1])], {}, Y),
  ),
  bytes("Pad", "Move", (s, x) => s.node("Pad", [x, s.ints([0, 0, 1, 2, 0, 0, 3, 0]), zero(s, 130)], {}, Y)),
  qdq("Pad of real numbers", "Move Table", (s, x) => s.node("Pad", [x, s.ints([0, 0, 1, 2, 0, 0, 3, 0])])),
  qdq("Pad with another number", "Table Move", (s, x) =>
    s.node("Pad", [x, s.ints([0, 0, 1, 0, 0, 0, 0, 0]), s.floats([1.5])]),
  ),
  bytes("Squeeze, Unsqueeze", "Move Move", (s, x) =>
    s.node("Unsqueeze", [s.node("Squeeze", [x, s.ints([0])]), s.ints([2])], {}, Y),
  ),
  bytes("Gather", "Move", (s, x) => s.node("Gather", [x, s.ints([2, 0, 0])], { axis: 1n }, Y)),
  bytes("Resize", "Move", (s, x) =>
    s.node(
      "Resize",
      [x, "", s.floats([1, 1, 2, 3])],
      { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
      Y,
    ),
  ),
  bytes("Expand", "Move", (s, x) => s.node("Expand", [x, s.ints([2, 1, 1, 1])], {}, Y)),
  bytes("Tile", "Move", (s, x) => s.node("Tile", [x, s.ints([1, 2, 1, 2])], {}, Y)),
  bytes("DepthToSpace", "Move", (s, x) => s.node("DepthToSpace", [x], { blocksize: 2n }, Y), { dims: [1, 8, 2, 3] }),
  bytes("SpaceToDepth", "Move", (s, x) => s.node("SpaceToDepth", [x], { blocksize: 2n }, Y), { dims: [1, 2, 4, 6] }),
  bytes("Identity", "Move", (s, x) => s.node("Identity", [x], {}, Y)),
  bytes("Concat", "Move", (s, x) => s.node("Concat", [x, x], { axis: 1n }, Y)),
  qdq(
    "Concat of two scales",
    "Table Table Move",
    (s, x) => s.node("Concat", [x, s.node("Sigmoid", [x])], { axis: 1n }),
    { within: 1 },
  ),
  bytes("QLinearConcat", "Table Move", (s, x) =>
    s.node(
      "QLinearConcat",
      [scale(s, 0.02), zero(s, 100), x, scale(s, 0.03), zero(s, 130), x, scale(s, 0.02), zero(s, 100)],
      { axis: 1n },
      microsoft,
    ),
  ),
  qdq(
    "Split, Add",
    "Move Move AddMul",
    (s, x) => {
      s.split([x, s.ints([1, 1, 1])], ["p0", "p1", "p2"], { axis: 1n });
      return s.node("Add", ["p0", "p2"]);
    },
    { within: 1 },
  ),
];

/** ArgMax gives int64 in the file, so that its test compares numbers. */
const POSITIONS: readonly Case[] = [
  argMax("ArgMax", "ArgMax", { axis: 1n }),
  argMax("ArgMax, last of equals, without the axis", "ArgMax Move", { axis: 3n, keepdims: 0n, select_last_index: 1n }),
];

function argMax(name: string, kinds: string, attributes: Readonly<Record<string, bigint>>): Case {
  const s = new Sketch();
  s.node("ArgMax", [s.input("x", [2, 3, 4, 5], "uint8")], attributes, Y);
  s.output("y", [], "int64");
  return { name, kinds, sketch: s, within: 0 };
}

/** One or more accepted models for each operator of the profile. */
export const CASES: readonly Case[] = [...CONTRACTIONS, ...POOLS, ...ELEMENTWISE, ...MOVEMENT, ...POSITIONS];
