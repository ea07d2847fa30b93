import { MATRIX, Y, bytes, ints, microsoft, qdq, scale, zero } from "./case.ts";
import type { Case } from "./case.ts";

/** Windows and reductions. */
export const POOLS: readonly Case[] = [
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
  qdq("ReduceSum", "Move Contract Move", (s, x) => s.node("ReduceSum", [x, s.ints([0])], { keepdims: 1n }), {
    dims: MATRIX,
  }),
  bytes("MaxPool, dilated", "MaxPool", (s, x) =>
    s.node("MaxPool", [x], { kernel_shape: ints(2, 2), dilations: ints(2, 3), pads: ints(1, 1, 1, 1) }, Y),
  ),
];
