import * as ort from "onnxruntime-node";
import { toLogical, toPhysical } from "../../sdk/src/exact/order.ts";
import type { ContractNode, Shape } from "../../sdk/src/exact/model.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { sessionOptions } from "../../sdk/src/exact/runtime/index.ts";
import {
  encodeModel,
  makeFloats,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeValue,
} from "../../sdk/src/onnx/index.ts";
import type { NodeProto, TensorProto } from "../../sdk/src/onnx/index.ts";

/** Types of activations and weights of a file. */
export interface Types {
  readonly x: "uint8" | "int8";
  readonly w: "uint8" | "int8";
  /** i8 weights in [−64, 63] only. */
  readonly narrow?: boolean;
}

/** A contraction as files have it, with scales of their own, and the node that it is rewritten to. */
export interface Stock {
  readonly types: Types;
  /** Two dimensions are a matrix product (QLinearMatMul), four a convolution (QLinearConv, NCHW). */
  readonly dims: readonly number[];
  readonly outputDims: readonly number[];
  readonly node: ContractNode;
  readonly from: Shape;
  readonly scales: { readonly x: number; readonly w: Float32Array; readonly y: number };
}

/** Adding 128 to a byte of type i8 makes it u8; the same bit is flipped on the way back. */
const flip = (bytes: Uint8Array, type: "uint8" | "int8") =>
  type === "int8" ? bytes.map((value) => value ^ 0x80) : bytes;

/** Draws a convolution or a matrix product of stock form whose accumulators stay below 2^24. */
export function drawStock(random: Random, types: Types, convolution: boolean): Stock {
  const kernel = convolution ? random.pick([1, 2, 3]) : 1;
  const depthwise = convolution && random.below(3) === 0;
  const inputs = convolution ? random.pick([3, 8, 16]) : random.pick([16, 64, 300]);
  const outputs = depthwise ? inputs : 1 + random.below(24);
  const [h, w] = convolution ? [3 + random.below(10), 3 + random.below(10)] : [1 + random.below(30), 1];
  const pad = convolution ? random.below(kernel) : 0;
  const out = (size: number) => size + 2 * pad - kernel + 1;
  const groups = depthwise ? inputs : 1;
  const length = (kernel * kernel * inputs) / groups;
  const wZero = types.w === "int8" ? 128 : random.pick([0, 128, random.below(256)]);
  const weights = random.bytes(outputs * length).map((value) => (types.narrow ? 64 + (value & 127) : value));
  const scales = {
    x: Math.fround(random.between(0.001, 0.1)),
    w: Float32Array.from({ length: outputs }, () => random.between(0.001, 0.01)),
    y: 0,
  };
  const typical = Math.sqrt(length) * 128 * (types.narrow ? 37 : 74);
  scales.y = Math.fround((typical * scales.x * 0.005) / random.between(40, 200));
  const node: ContractNode = {
    kind: "Contract",
    inputs: [0],
    shape: { n: 1, h: convolution ? out(h) : h, w: convolution ? out(w) : 1, c: outputs },
    kernelH: kernel,
    kernelW: kernel,
    strideH: 1,
    strideW: 1,
    dilationH: 1,
    dilationW: 1,
    padTop: pad,
    padLeft: pad,
    groups,
    xZero: random.pick([0, 128, 255, random.below(256)]),
    wZero,
    yZero: random.pick([0, 128, random.below(256)]),
    weights,
    bias: Int32Array.from({ length: outputs }, () => (convolution ? random.below(20_001) - 10_000 : 0)),
    multipliers: scales.w.map((scale) => Math.fround(Math.fround(scales.x * scale) / scales.y)),
  };
  const { shape } = node;
  return {
    types,
    node,
    scales,
    from: { n: 1, h, w, c: inputs },
    dims: convolution ? [1, inputs, h, w] : [h, inputs],
    outputDims: convolution ? [1, outputs, shape.h, shape.w] : [h, outputs],
  };
}

/** The operator on the file's own types. */
export function stockFile(stock: Stock): Uint8Array {
  const { node, dims } = stock;
  const constants = constantsOf(stock);
  const operands = ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz"];
  if (dims.length === 2) return fileOf(stock, [makeNode("QLinearMatMul", operands, ["y"])], constants);
  const attributes = { pads: Array.from({ length: 4 }, () => BigInt(node.padTop)), group: BigInt(node.groups) };
  return fileOf(stock, [makeNode("QLinearConv", [...operands, "b"], ["y"], attributes)], [...constants, biasOf(node)]);
}

/** A convolution or matrix product of floats between DequantizeLinear and QuantizeLinear. */
export function qdqFile(stock: Stock): Uint8Array {
  const { node, dims, scales } = stock;
  const matrix = dims.length === 2;
  const axis = BigInt(matrix ? 1 : 0);
  const pads = Array.from({ length: 4 }, () => BigInt(node.padTop));
  const biasScales = scales.w.map((scale) => Math.fround(scales.x * scale));
  const nodes = [
    makeNode("DequantizeLinear", ["x", "xs", "xz"], ["xf"]),
    makeNode("DequantizeLinear", ["w", "ws", "wz"], ["wf"], { axis }),
    ...(matrix ? [] : [makeNode("DequantizeLinear", ["b", "bs"], ["bf"], { axis: 0n })]),
    matrix
      ? makeNode("MatMul", ["xf", "wf"], ["yf"])
      : makeNode("Conv", ["xf", "wf", "bf"], ["yf"], { pads, group: BigInt(node.groups) }),
    makeNode("QuantizeLinear", ["yf", "ys", "yz"], ["y"]),
  ];
  const bias = matrix ? [] : [biasOf(node), makeFloats("bs", [biasScales.length], biasScales)];
  return fileOf(stock, nodes, [...constantsOf(stock), ...bias]);
}

/** Scales, zero points and weights, named alike in both forms. */
function constantsOf(stock: Stock): TensorProto[] {
  const { node, types, scales } = stock;
  const zero = (name: string, value: number) => makeTensor(name, types.x, [], flip(Uint8Array.of(value), types.x));
  const weightZeros = flip(new Uint8Array(node.shape.c).fill(node.wZero), types.w);
  return [
    ...[makeFloats("xs", [], [scales.x]), zero("xz", node.xZero), stockWeights(stock)],
    ...[makeFloats("ws", [scales.w.length], scales.w), makeTensor("wz", types.w, [scales.w.length], weightZeros)],
    ...[makeFloats("ys", [], [scales.y]), zero("yz", node.yZero)],
  ];
}

/** Weights in the file's order: [output][input][row][column], or [input][output] of a matrix. */
function stockWeights({ node, types, dims }: Stock): TensorProto {
  const { weights, kernelH, kernelW, shape } = node;
  const inputs = weights.length / shape.c / kernelH / kernelW;
  const values = toLogical([shape.c, inputs, kernelH, kernelW], flip(weights, types.w));
  if (dims.length === 4) return makeTensor("w", types.w, [shape.c, inputs, kernelH, kernelW], values);
  const turned = values.map((_, k) => values[(k % shape.c) * inputs + Math.floor(k / shape.c)] ?? 0);
  return makeTensor("w", types.w, [inputs, shape.c], turned);
}

function biasOf({ bias }: ContractNode): TensorProto {
  return makeTensor("b", "int32", [bias.length], new Uint8Array(bias.buffer));
}

function fileOf(stock: Stock, nodes: readonly NodeProto[], constants: readonly TensorProto[]): Uint8Array {
  const { types, dims, outputDims } = stock;
  const graph = makeGraph(nodes, [makeValue("x", types.x, dims)], [makeValue("y", types.x, outputDims)], constants);
  return encodeModel(makeModel(graph));
}

/**
 * Runs a file on physical u8 inputs and gives back its outputs as physical u8 tensors.
 * @param fused whether ONNX Runtime may optimise, as it does by default
 */
export async function runStock(
  { types, dims, outputDims }: Stock,
  file: Uint8Array,
  inputs: readonly Uint8Array[],
  options: { readonly threads: number; readonly fused?: boolean },
): Promise<Uint8Array[]> {
  const settings = options.fused
    ? { executionProviders: ["cpu"], graphOptimizationLevel: "all" as const, intraOpNumThreads: options.threads }
    : sessionOptions(options.threads);
  const session = await ort.InferenceSession.create(file, settings);
  const outputs: Uint8Array[] = [];
  for (const input of inputs) {
    const bytes = flip(toLogical(dims, input), types.x);
    const data = types.x === "int8" ? new Int8Array(bytes.slice().buffer) : bytes;
    const { y } = await session.run({ x: new ort.Tensor(types.x, data, dims) });
    const result = y?.data as Uint8Array | Int8Array;
    outputs.push(
      toPhysical(outputDims, flip(new Uint8Array(result.buffer, result.byteOffset, result.length), types.x)),
    );
  }
  await session.release();
  return outputs;
}

/** Whether this machine's u8 × i8 products saturate at 16 bits: 255 · 127 twice is more than fits. */
export async function saturates(): Promise<boolean> {
  const [rows, length] = [16, 64];
  const graph = makeGraph(
    [makeNode("MatMulInteger", ["x", "w"], ["y"])],
    [makeValue("x", "uint8", [rows, length])],
    [makeValue("y", "int32", [rows, rows])],
    [makeTensor("w", "int8", [length, rows], new Uint8Array(length * rows).fill(127))],
  );
  const session = await ort.InferenceSession.create(encodeModel(makeModel(graph)), sessionOptions(1));
  const x = new ort.Tensor("uint8", new Uint8Array(rows * length).fill(255), [rows, length]);
  const { y } = await session.run({ x });
  await session.release();
  return (y?.data as Int32Array).some((value) => value !== length * 255 * 127);
}
