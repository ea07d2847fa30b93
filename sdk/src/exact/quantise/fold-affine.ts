import { refuseNode } from "../errors.ts";
import { makeNode } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/index.ts";
import { Attributes } from "../client/attributes.ts";
import { product } from "../client/operator.ts";
import { freshName, namesOf, usesOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";
import { floatsOf, floatTensor } from "./numbers.ts";
import { ranksOf } from "./ranks.ts";

/** `factor · x + term`, one of each per channel, or one for all. */
export interface Affine {
  readonly factors: Float64Array;
  readonly terms: Float64Array;
}

/** A contraction whose weights and bias are constants, while factors and terms behind it are folded into it. */
interface Contraction {
  readonly node: NodeProto;
  readonly weights: Float32Array;
  readonly shape: readonly number[];
  readonly bias: Float64Array;
  /** Output channel of weight number i. */
  readonly channelOf: (index: number) => number;
  readonly channels: number;
  readonly rank: number | undefined;
}

/**
 * Folds BatchNormalization and constant factors and terms per channel into the Conv, Gemm or MatMul before them.
 * Afterwards every Conv and Gemm reads its weights (Gemm: [inputs, outputs]) and a bias from constants, with alpha = beta = 1;
 * a MatMul on a matrix is a Gemm. BatchNormalization elsewhere becomes Mul and Add.
 * @throws GliaError `EXACT_QUANTISE_WEIGHTS` (weights that are computed, not float32, not finite, or of the wrong shape)
 */
export function foldAffine(graph: FloatGraph): FloatGraph {
  const uses = usesOf(graph);
  const ranks = ranksOf(graph);
  const taken = namesOf(graph);
  const constants = new Map(graph.constants);
  const slots: (NodeProto | Contraction)[] = [];
  const slotOf = new Map<string, number>();
  for (const node of graph.nodes) {
    const contraction = readContraction(node, constants, ranks);
    if (contraction !== undefined) {
      slotOf.set(node.output[0] ?? "", slots.length);
      slots.push(contraction);
      continue;
    }
    const source = affineSource(node, constants);
    const slot = source === undefined ? undefined : slotOf.get(source);
    const before = slot === undefined ? undefined : slots[slot];
    const alone = source !== undefined && uses.consumers.get(source)?.length === 1 && !uses.outputs.has(source);
    if (slot !== undefined && before !== undefined && "weights" in before && alone) {
      const affine = readAffine(node, constants, before.rank, before.channels);
      if (affine !== undefined) {
        slots[slot] = absorb(before, affine, node);
        slotOf.set(node.output[0] ?? "", slot);
        continue;
      }
    }
    if (node.opType === "BatchNormalization") slots.push(...normalisation(node, constants, ranks, taken));
    else slots.push(node);
  }
  const nodes = slots.flatMap((slot) => ("weights" in slot ? writeContraction(slot, constants, taken) : [slot]));
  return { ...graph, nodes, constants };
}

const FLOATS_HINT = "Export the model with constant float32 weights.";

function readContraction(
  node: NodeProto,
  constants: ReadonlyMap<string, Tensor>,
  ranks: ReadonlyMap<string, number>,
): Contraction | undefined {
  if (node.domain !== "" || !["Conv", "Gemm", "MatMul"].includes(node.opType)) return undefined;
  const tensor = constants.get(node.input[1] ?? "");
  const fail = (reason: string) => refuseNode("EXACT_QUANTISE_WEIGHTS", node, reason, FLOATS_HINT);
  // Products of two computed tensors are left to the regions, which know whether a contraction follows.
  if (tensor === undefined || constants.has(node.input[0] ?? "")) return undefined;
  if (tensor.dtype !== "float32") throw fail(`has weights of ${tensor.dtype}; they must be float32`);
  const weights = floatsOf(tensor);
  if (!weights.every(Number.isFinite)) throw fail("has weights that are NaN or infinite");
  const { shape } = tensor;
  if (node.opType === "Conv") {
    if (shape.length !== 4)
      throw fail(`has weights of ${shape.length} dimensions; only images of two dimensions have an exact form`);
    const each = product(shape.slice(1));
    const channels = shape[0] ?? 0;
    const bias = readBias(node, constants, channels, 1);
    return { node, weights, shape, bias, channels, channelOf: (i) => Math.floor(i / each), rank: 4 };
  }
  if (shape.length !== 2) throw fail(`has weights of ${shape.length} dimensions; a matrix is needed`);
  if (node.opType === "MatMul") {
    const channels = shape[1] ?? 0;
    const rank = ranks.get(node.input[0] ?? "");
    return { node, weights, shape, bias: new Float64Array(channels), channels, channelOf: (i) => i % channels, rank };
  }
  return readGemm(node, weights, shape, constants);
}

function readGemm(
  node: NodeProto,
  given: Float32Array,
  givenShape: readonly number[],
  constants: ReadonlyMap<string, Tensor>,
): Contraction {
  const attributes = new Attributes(node);
  if (attributes.int("transA", 0) !== 0)
    throw refuseNode("EXACT_QUANTISE_OPERATOR", node, "transposes its first input", "Put a Transpose before it.");
  const transposed = attributes.int("transB", 0) !== 0;
  const [rows = 0, columns = 0] = transposed ? givenShape.toReversed() : givenShape;
  const alpha = attributes.float("alpha", 1);
  const weights = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      weights[row * columns + column] = alpha * (given[transposed ? column * rows + row : row * columns + column] ?? 0);
  const bias = readBias(node, constants, columns, attributes.float("beta", 1));
  const shape = [rows, columns];
  return { node, weights, shape, bias, channels: columns, channelOf: (i) => i % columns, rank: 2 };
}

function readBias(
  node: NodeProto,
  constants: ReadonlyMap<string, Tensor>,
  channels: number,
  factor: number,
): Float64Array {
  const name = node.input[2] ?? "";
  const bias = new Float64Array(channels);
  if (name === "") return bias;
  const tensor = constants.get(name);
  const values = tensor?.dtype === "float32" ? floatsOf(tensor) : undefined;
  if (values === undefined || (values.length !== channels && values.length !== 1) || !values.every(Number.isFinite))
    throw refuseNode(
      "EXACT_QUANTISE_WEIGHTS",
      node,
      `has a bias that is not a constant of ${channels} finite float32 numbers`,
      FLOATS_HINT,
    );
  return bias.map((_, channel) => factor * (values[values.length === 1 ? 0 : channel] ?? 0));
}

/** The one computed input of a node that may be affine. */
function affineSource(node: NodeProto, constants: ReadonlyMap<string, Tensor>): string | undefined {
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

function batchAffine(node: NodeProto, constants: ReadonlyMap<string, Tensor>, channels: number): Affine {
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

function absorb(contraction: Contraction, { factors, terms }: Affine, node: NodeProto): Contraction {
  const { weights, bias, channelOf } = contraction;
  return {
    ...contraction,
    node: { ...contraction.node, output: [node.output[0] ?? ""] },
    weights: weights.map((weight, i) => weight * (factors[channelOf(i)] ?? 1)),
    bias: bias.map((term, o) => term * (factors[o] ?? 1) + (terms[o] ?? 0)),
  };
}

function writeContraction(contraction: Contraction, constants: Map<string, Tensor>, taken: Set<string>): NodeProto[] {
  const { node, weights, shape, bias, rank } = contraction;
  const [x = "", y = ""] = [node.input[0], node.output[0]];
  const constant = (label: string, tensor: Tensor) => {
    const name = freshName(taken, `${node.name}_${label}`);
    constants.set(name, tensor);
    return name;
  };
  const folded = constant("weights", floatTensor(shape, weights));
  const term = () => constant("bias", floatTensor([bias.length], bias));
  if (node.opType === "Conv") return [{ ...node, input: [x, folded, term()] }];
  if (rank === 2) return [makeNode("Gemm", [x, folded, term()], [y], {}, { name: node.name })];
  if (bias.every((value) => value === 0)) return [makeNode("MatMul", [x, folded], [y], {}, { name: node.name })];
  const between = freshName(taken, `${y}_product`);
  return [
    makeNode("MatMul", [x, folded], [between], {}, { name: node.name }),
    makeNode("Add", [between, term()], [y], {}, { name: `${node.name}_bias` }),
  ];
}

/** A normalisation that has no contraction before it: one factor and one term per channel. */
function normalisation(
  node: NodeProto,
  constants: Map<string, Tensor>,
  ranks: ReadonlyMap<string, number>,
  taken: Set<string>,
): NodeProto[] {
  const [x = "", y = ""] = [node.input[0], node.output[0]];
  const channels = constants.get(node.input[1] ?? "")?.shape[0] ?? 0;
  const { factors, terms } = batchAffine(node, constants, channels);
  const shape = [channels, ...Array.from({ length: Math.max(0, (ranks.get(x) ?? 4) - 2) }, () => 1)];
  const constant = (label: string, values: Float64Array) => {
    const name = freshName(taken, `${node.name}_${label}`);
    constants.set(name, floatTensor(shape, values));
    return name;
  };
  const scaled = freshName(taken, `${y}_scaled`);
  return [
    makeNode("Mul", [x, constant("factors", factors)], [scaled], {}, { name: `${node.name}_mul` }),
    makeNode("Add", [scaled, constant("terms", terms)], [y], {}, { name: node.name }),
  ];
}
