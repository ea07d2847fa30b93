import { createRandom } from "../../sdk/src/exact/random.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import {
  encodeModel,
  makeFloats,
  makeGraph,
  makeInts,
  makeModel,
  makeNode,
  makeValue,
} from "../../sdk/src/onnx/index.ts";
import type { AttributeValue, NodeProto, TensorProto } from "../../sdk/src/onnx/index.ts";
import { fromElements } from "../../sdk/src/tensors/index.ts";
import type { Item } from "../../sdk/src/tensors/index.ts";

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Builds a float network node by node, with random weights; every method gives the name of its result. */
export class Sketch {
  readonly random: Random;
  readonly nodes: NodeProto[] = [];
  readonly constants: TensorProto[] = [];

  constructor(seed: number) {
    this.random = createRandom(seed);
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, outputs = 1): string {
    const name = `${operator.toLowerCase()}${this.nodes.length}`;
    const results = outputs === 1 ? [name] : Array.from({ length: outputs }, (_, k) => `${name}_${k}`);
    this.nodes.push(makeNode(operator, inputs, results, attributes, { name: `node_${name}` }));
    return results[0] ?? name;
  }

  floats(shape: readonly number[], values: readonly number[]): string {
    const name = `c${this.constants.length}`;
    this.constants.push(makeFloats(name, shape, values));
    return name;
  }

  ints(...values: number[]): string {
    const name = `c${this.constants.length}`;
    this.constants.push(makeInts(name, [values.length], values));
    return name;
  }

  /** Random numbers around 0. */
  normal(shape: readonly number[], deviation = 1): string {
    const count = shape.reduce((a, b) => a * b, 1);
    return this.floats(
      shape,
      Array.from({ length: count }, () => this.random.normal() * deviation),
    );
  }

  conv(x: string, from: number, to: number, kernel: number, attributes: Attributes = {}, groups = 1): string {
    const fan = (from / groups) * kernel * kernel;
    const weights = this.normal([to, from / groups, kernel, kernel], Math.sqrt(2 / fan));
    const pads = Array.from({ length: 4 }, () => BigInt(kernel >> 1));
    return this.node("Conv", [x, weights, this.normal([to], 0.1)], { pads, group: BigInt(groups), ...attributes });
  }

  batchNorm(x: string, channels: number): string {
    const positive = Array.from({ length: channels }, () => this.random.between(0.5, 1.5));
    const inputs = [this.floats([channels], positive), this.normal([channels], 0.2), this.normal([channels], 0.2)];
    return this.node("BatchNormalization", [x, ...inputs, this.floats([channels], positive.toReversed())]);
  }

  dense(x: string, from: number, to: number): string {
    return this.node("Gemm", [x, this.normal([to, from], Math.sqrt(2 / from)), this.normal([to], 0.1)], { transB: 1n });
  }

  /** The file; dynamic dimensions are named "batch". */
  file(input: readonly number[], outputs: Readonly<Record<string, number>>, opset = 17): Uint8Array {
    const graph = makeGraph(
      this.nodes,
      [makeValue("x", "float32", ["batch", ...input.slice(1)])],
      Object.entries(outputs).map(([name, rank]) =>
        makeValue(
          name,
          "float32",
          Array.from({ length: rank }, () => null),
        ),
      ),
      this.constants,
    );
    return encodeModel(makeModel(graph, { opset }));
  }
}

/** Random inputs of a network. */
export function randomItems(shape: readonly number[], count: number, seed: number): Item[] {
  const random = createRandom(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  const values = () => Array.from({ length: size }, () => random.normal());
  return Array.from({ length: count }, () => new Map([["x", fromElements("float32", shape, values())]]));
}

/** A network to quantise. */
export interface Network {
  readonly name: string;
  readonly input: readonly number[];
  readonly file: Uint8Array;
}

function mlp(): Network {
  const s = new Sketch(11);
  const hidden = s.node("Relu", [s.dense("x", 40, 64)]);
  const wide = s.node("Relu", [
    s.node("Add", [s.node("MatMul", [hidden, s.normal([64, 48], 0.2)]), s.normal([48], 0.1)]),
  ]);
  const out = s.node("Softmax", [s.dense(wide, 48, 10)], { axis: -1n });
  return { name: "MLP with a softmax", input: [1, 40], file: s.file([1, 40], { [out]: 2 }) };
}

/** As exporters of 2018 wrote it: no Conv bias but an Add, shapes as initialisers, operator set 8. */
function lenet(): Network {
  const s = new Sketch(12);
  const block = (x: string, from: number, to: number, size: number) => {
    const conv = s.node("Conv", [x, s.normal([to, from, 5, 5], Math.sqrt(2 / (25 * from)))], {
      auto_pad: "SAME_UPPER",
    });
    const relu = s.node("Relu", [s.node("Add", [conv, s.normal([to, 1, 1], 0.1)])]);
    return s.node("MaxPool", [relu], {
      kernel_shape: [BigInt(size), BigInt(size)],
      strides: [BigInt(size), BigInt(size)],
    });
  };
  const images = block(block("x", 1, 8, 2), 8, 16, 2);
  const rows = s.node("Reshape", [images, s.ints(1, 256)]);
  const weights = s.node("Reshape", [s.normal([16, 4, 4, 10], 0.1), s.ints(256, 10)]);
  const scores = s.node("Add", [s.node("MatMul", [rows, weights]), s.normal([1, 10], 0.1)]);
  return { name: "LeNet of operator set 8", input: [1, 1, 16, 16], file: s.file([1, 1, 16, 16], { [scores]: 2 }, 8) };
}

function residual(): Network {
  const s = new Sketch(13);
  const stem = s.node("Relu", [s.batchNorm(s.conv("x", 3, 16, 3), 16)]);
  const branch = (x: string) => {
    const first = s.node("Relu", [s.batchNorm(s.conv(x, 16, 16, 3), 16)]);
    return s.node("Relu", [s.node("Add", [s.batchNorm(s.conv(first, 16, 16, 3), 16), x])]);
  };
  const pooled = s.node("GlobalAveragePool", [branch(branch(stem))]);
  const out = s.dense(s.node("Flatten", [pooled]), 16, 10);
  return { name: "residual blocks", input: [1, 3, 12, 12], file: s.file([1, 3, 12, 12], { [out]: 2 }) };
}

function depthwise(): Network {
  const s = new Sketch(14);
  const swish = (x: string) => s.node("HardSwish", [x]);
  const wide = swish(s.batchNorm(s.conv("x", 8, 32, 1), 32));
  const filtered = swish(s.batchNorm(s.conv(wide, 32, 32, 3, {}, 32), 32));
  const narrow = s.node("Add", [s.batchNorm(s.conv(filtered, 32, 8, 1), 8), "x"]);
  const out = s.node("ReduceMean", [s.node("Clip", [s.conv(narrow, 8, 16, 1), s.floats([], [0]), s.floats([], [6])])], {
    axes: [2n, 3n],
    keepdims: 0n,
  });
  return { name: "depthwise block with HardSwish", input: [1, 8, 10, 10], file: s.file([1, 8, 10, 10], { [out]: 2 }) };
}

function squeezeExcite(): Network {
  const s = new Sketch(15);
  const features = s.node("Relu", [s.conv("x", 4, 16, 3)]);
  const squeezed = s.node("Relu", [s.conv(s.node("GlobalAveragePool", [features]), 16, 8, 1)]);
  const gate = s.node("Sigmoid", [s.conv(squeezed, 8, 16, 1)]);
  const out = s.conv(s.node("Mul", [features, gate]), 16, 6, 3, { strides: [2n, 2n] });
  return { name: "squeeze and excite", input: [1, 4, 10, 10], file: s.file([1, 4, 10, 10], { [out]: 4 }) };
}

function detector(): Network {
  const s = new Sketch(16);
  const fine = s.node("Relu", [s.conv("x", 3, 12, 3, { strides: [2n, 2n] })]);
  const low = s.conv(fine, 12, 16, 3, { strides: [2n, 2n] });
  const coarse = s.node("Mul", [low, s.node("Sigmoid", [low])]);
  const scales = s.floats([4], [1, 1, 2, 2]);
  const how = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  const joined = s.node("Concat", [s.node("Resize", [coarse, "", scales], how), fine], { axis: 1n });
  const raw = s.conv(joined, 28, 6, 1);
  const rows = s.node("Transpose", [s.node("Reshape", [raw, s.ints(0, 6, -1)])], { perm: [0n, 2n, 1n] });
  const part = (from: number, to: number) => s.node("Slice", [rows, s.ints(from), s.ints(to), s.ints(2)]);
  const boxes = s.node("Mul", [s.node("Exp", [part(0, 4)]), s.floats([4], [8, 8, 16, 16])]);
  const scores = s.node("Sigmoid", [part(4, 6)]);
  return { name: "detector", input: [1, 3, 16, 16], file: s.file([1, 3, 16, 16], { [boxes]: 3, [scores]: 3 }) };
}

/** Normalises before it activates, so that nothing takes the normalisation up, and pads, splits and averages. */
function preActivation(): Network {
  const s = new Sketch(17);
  const scaled = s.node("Div", [s.node("Sub", ["x", s.normal([3, 1, 1])]), s.floats([3, 1, 1], [0.5, 1, 2])]);
  const stem = s.conv(scaled, 3, 16, 3);
  const first = s.node("Relu", [s.batchNorm(stem, 16)]);
  const sum = s.node("Add", [s.conv(first, 16, 16, 3), stem]);
  const second = s.node("LeakyRelu", [s.batchNorm(sum, 16)], { alpha: 0.1 });
  const padded = s.node("Pad", [second, s.ints(0, 0, 1, 1, 0, 0, 1, 1)]);
  const pooled = s.node("AveragePool", [padded], { kernel_shape: [2n, 2n], strides: [2n, 2n] });
  const out = s.node("Sigmoid", [s.conv(pooled, 16, 1, 1)]);
  return { name: "pre-activation with a sigmoid", input: [1, 3, 10, 10], file: s.file([1, 3, 10, 10], { [out]: 4 }) };
}

/** Rows of three dimensions, a gated sum of functions, and a difference. */
function mixer(): Network {
  const s = new Sketch(18);
  const project = (x: string, from: number, to: number) =>
    s.node("Add", [s.node("MatMul", [x, s.normal([from, to], Math.sqrt(1 / from))]), s.normal([to], 0.2)]);
  const hidden = project("x", 24, 48);
  const half = s.node("Mul", [hidden, s.floats([], [0.5])]);
  const erf = s.node("Erf", [s.node("Div", [hidden, s.floats([], [Math.SQRT2])])]);
  const gelu = s.node("Mul", [half, s.node("Add", [erf, s.floats([], [1])])]);
  const back = project(gelu, 48, 24);
  const out = project(s.node("Sub", ["x", back]), 24, 12);
  return { name: "mixer with Gelu", input: [1, 5, 24], file: s.file([1, 5, 24], { [out]: 3 }) };
}

/** Networks of the kinds that people quantise, small, with seeded random weights. */
export const NETWORKS: readonly Network[] = [
  mlp(),
  lenet(),
  residual(),
  depthwise(),
  squeezeExcite(),
  detector(),
  preActivation(),
  mixer(),
];
