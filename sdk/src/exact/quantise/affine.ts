import { refuseNode } from "../errors.ts";
import type { NodeProto } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/index.ts";
import { Attributes } from "../client/attributes.ts";
import { product } from "../client/operator.ts";
import { floatsOf } from "./numbers.ts";

/** What to do about weights that cannot be taken. */
export const FLOATS_HINT = "Export the model with constant float32 weights.";

/** `factor · x + term`, one of each per channel, or one for all. */
export interface Affine {
  readonly factors: Float64Array;
  readonly terms: Float64Array;
}

/** The one computed input of a node that may be affine. */
export function affineSource(node: NodeProto, constants: ReadonlyMap<string, Tensor>): string | undefined {
  if (node.domain !== "") return undefined;
  if (node.opType === "BatchNormalization") return node.input[0];
  if (!["Add", "Sub", "Mul", "Div"].includes(node.opType)) return undefined;
  const computed = node.input.filter((name) => !constants.has(name));
  return computed.length === 1 ? computed[0] : undefined;
}

/** What a node does to each channel of a tensor of this rank, if that is all it does. */
export function readAffine(
  node: NodeProto,
  constants: ReadonlyMap<string, Tensor>,
  rank: number | undefined,
  channels: number,
): Affine | undefined {
  if (node.opType === "BatchNormalization") return batchAffine(node, constants, channels);
  const first = constants.get(node.input[0] ?? "");
  const tensor = first ?? constants.get(node.input[1] ?? "");
  if (tensor?.dtype !== "float32" || !isPerChannel(tensor.shape, rank, channels)) return undefined;
  const values = floatsOf(tensor);
  const constant = Float64Array.from({ length: channels }, (_, o) => values[values.length === 1 ? 0 : o] ?? 0);
  if (!constant.every(Number.isFinite)) return undefined;
  const [zeros, ones] = [new Float64Array(channels), new Float64Array(channels).fill(1)];
  if (node.opType === "Add") return { factors: ones, terms: constant };
  if (node.opType === "Mul") return { factors: constant, terms: zeros };
  if (node.opType === "Sub")
    return first === undefined
      ? { factors: ones, terms: constant.map((x) => -x) }
      : { factors: ones.map((x) => -x), terms: constant };
  if (first !== undefined || constant.includes(0)) return undefined;
  return { factors: constant.map((x) => 1 / x), terms: zeros };
}

/** One number, or one per channel: axis 1 of an image, else the last axis. */
function isPerChannel(shape: readonly number[], rank: number | undefined, channels: number): boolean {
  if (product(shape) === 1) return shape.length <= (rank ?? 0);
  const padded = rank === undefined ? shape : [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
  const axis = rank === 4 ? 1 : padded.length - 1;
  return padded.length <= (rank ?? padded.length) && padded.every((size, k) => size === (k === axis ? channels : 1));
}

/** BatchNormalization as factors and terms. */
export function batchAffine(node: NodeProto, constants: ReadonlyMap<string, Tensor>, channels: number): Affine {
  const [scale, shift, mean, variance] = node.input.slice(1, 5).map((name) => {
    const tensor = constants.get(name);
    const values = tensor?.dtype === "float32" ? floatsOf(tensor) : undefined;
    if (values?.length === channels && values.every(Number.isFinite)) return values;
    throw refuseNode(
      "EXACT_QUANTISE_WEIGHTS",
      node,
      `needs constants of ${channels} finite float32 numbers`,
      FLOATS_HINT,
    );
  });
  const epsilon = new Attributes(node).float("epsilon", 1e-5);
  const factors = Float64Array.from(
    { length: channels },
    (_, o) => (scale?.[o] ?? 0) / Math.sqrt((variance?.[o] ?? 0) + epsilon),
  );
  const terms = factors.map((factor, o) => (shift?.[o] ?? 0) - (mean?.[o] ?? 0) * factor);
  if (factors.every(Number.isFinite)) return { factors, terms };
  throw refuseNode("EXACT_QUANTISE_WEIGHTS", node, "has a variance below 0, or one of 0 without epsilon", FLOATS_HINT);
}
