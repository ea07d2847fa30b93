import { Y, bytes, ints, microsoft, qdq, scale, zero } from "./case.ts";
import type { Case } from "./case.ts";

/** Movement behind it, so that its place and that of the Table are seen. */
export const MOVEMENT: readonly Case[] = [
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
