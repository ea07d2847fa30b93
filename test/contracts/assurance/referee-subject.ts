/** The model that lying proofs are about: one node of each kind. */
import type { ExactModel, ExactNode, Shape } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";
import { portOf } from "../../exact/commit-models.ts";

export const random = createRandom(4601);
export const SHAPE: Shape = { n: 1, h: 6, w: 7, c: 20 };
export const POOLED: Shape = { n: 1, h: 3, w: 3, c: 20 };
export const [CONTRACT, TABLE, SUM, POOL, ARG_MAX, SELECT] = [0, 1, 2, 3, 4, 5];
export const NODES: readonly ExactNode[] = [
  {
    kind: "Contract",
    inputs: [0],
    shape: SHAPE,
    ...{ kernelH: 3, kernelW: 3, strideH: 1, strideW: 1, dilationH: 1, dilationW: 1, padTop: 1, padLeft: 1 },
    ...{ groups: 1, xZero: 99, wZero: 128, yZero: 120 },
    weights: random.bytes(20 * 9 * 20).map((byte) => 64 + (byte & 127)),
    bias: Int32Array.from({ length: 20 }, () => random.below(2000)),
    multipliers: new Float32Array(20).fill(0.0009),
  },
  { kind: "Table", inputs: [2], shape: SHAPE, table: Uint8Array.from({ length: 256 }, (_, x) => 255 - x) },
  {
    kind: "AddMul",
    inputs: [3, 2],
    shape: SHAPE,
    operation: "add",
    ...{ aFactor: 3, bFactor: 200, aZero: 7, bZero: 100, yZero: 90, multiplier: 2 ** -8 },
  },
  {
    kind: "MaxPool",
    inputs: [4],
    shape: POOLED,
    ...{ kernelH: 2, kernelW: 2, strideH: 2, strideW: 2, dilationH: 1, dilationW: 1, padTop: 0, padLeft: 0 },
  },
  { kind: "ArgMax", inputs: [5], shape: { ...POOLED, c: 1 }, outer: 9, length: 20, inner: 1, last: false },
  {
    kind: "Move",
    mode: "select",
    inputs: [0, 1],
    shape: SHAPE,
    outer: 42,
    inner: 1,
    sources: Uint32Array.from({ length: 20 }, (_, k) => (k % 2) * 2 ** 24 + k),
    fill: 9,
  },
];
export const MODEL: ExactModel = {
  inputs: [portOf(0, SHAPE, random), portOf(1, SHAPE, random)],
  nodes: NODES,
  outputs: [portOf(6, { ...POOLED, c: 1 }, random), portOf(7, SHAPE, random)],
};
/** In the middle of the image, so that every tap of the window is inside. */
export const ELEMENT = (3 * 7 + 3) * 20 + 5;
