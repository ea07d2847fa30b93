import { refuseNode } from "../errors.ts";
import { makeNode } from "../../onnx/index.ts";
import type { NodeProto } from "../../onnx/index.ts";
import type { Tensor } from "../../tensors/index.ts";
import { Attributes } from "../client/attributes.ts";
import { product } from "../client/operator.ts";
import { FLOATS_HINT } from "./affine.ts";
import type { Affine } from "./affine.ts";
import { freshName } from "./graph.ts";
import { floatsOf, floatTensor } from "./numbers.ts";

/** A contraction whose weights and bias are constants, while factors and terms behind it are folded into it. */
export interface Contraction {
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
 * Reads a Conv, Gemm or MatMul whose weights are constant; undefined for every other node.
 * @throws GliaError `EXACT_QUANTISE_WEIGHTS`, `EXACT_QUANTISE_OPERATOR`
 */
export function readContraction(
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

/** The contraction with factors and terms behind it folded in; its result is that of `node`. */
export function absorb(contraction: Contraction, { factors, terms }: Affine, node: NodeProto): Contraction {
  const { weights, bias, channelOf } = contraction;
  return {
    ...contraction,
    node: { ...contraction.node, output: [node.output[0] ?? ""] },
    weights: weights.map((weight, i) => weight * (factors[channelOf(i)] ?? 1)),
    bias: bias.map((term, o) => term * (factors[o] ?? 1) + (terms[o] ?? 0)),
  };
}

/** The nodes of a contraction: a Conv or Gemm with bias, or a MatMul of more than two dimensions with an Add; its constants are added. */
export function writeContraction(
  contraction: Contraction,
  constants: Map<string, Tensor>,
  taken: Set<string>,
): NodeProto[] {
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
