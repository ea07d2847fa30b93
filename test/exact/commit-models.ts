import type { Random } from "../../sdk/src/exact/random.ts";
import { FILL, sizeOf } from "../../sdk/src/exact/model.ts";
import type {
  AddMulNode,
  ArgMaxNode,
  ContractNode,
  ExactModel,
  ExactNode,
  MaxPoolNode,
  Port,
  SelectNode,
  Shape,
  TableNode,
  ViewNode,
} from "../../sdk/src/exact/model.ts";

/** A shape with at most about `most` elements; its channels lie below, at and above the borders of the layout. */
export function randomShape(random: Random, most = 6000): Shape {
  const c = random.pick([1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 130]);
  const h = 1 + random.below(7);
  const w = random.pick([1, 1 + random.below(9)]);
  const n = random.pick([1, 1, 2]);
  return n * h * w * c > most ? { n: 1, h: 1, w: 1, c } : { n, h, w, c };
}

export function portOf(tensor: number, shape: Shape, random: Random): Port {
  const { n, h, w, c } = shape;
  const scale = Math.fround(random.between(0.001, 2));
  return { name: `port ${tensor} é`, tensor, dims: [n, c, h, w], shape, scale, zero: random.below(256) };
}

/** A contraction whose groups, window, padding, strides and dilations are drawn; its accumulators stay below 2^24. */
export function randomContract(random: Random, input: number, from: Shape): ContractNode {
  const groups = random.pick(groupsOf(from.c));
  const perGroup = from.c / groups;
  const c = groups * random.pick(groups > 8 ? [1, 2] : [1, 2, 3, 5]);
  const frame = randomWindow(random, from);
  const wZero = random.pick([0, 128, random.below(256)]);
  const taps = frame.kernelH * frame.kernelW;
  // No accumulator reaches 2^24: products of 255 and this, one for each tap and channel, and a bias of at most 30,000.
  const reach = Math.min(255, Math.floor((2 ** 24 - 40_000) / (255 * taps * perGroup)));
  const weight = () => Math.min(255, Math.max(0, wZero + random.below(2 * reach + 1) - reach));
  return {
    kind: "Contract",
    inputs: [input],
    shape: { n: from.n, h: frame.h, w: frame.w, c },
    groups,
    ...frame.window,
    xZero: random.below(256),
    wZero,
    yZero: random.below(256),
    weights: Uint8Array.from({ length: c * taps * perGroup }, weight),
    bias: Int32Array.from({ length: c }, () => random.below(60_001) - 30_000),
    multipliers: Float32Array.from({ length: c }, () => random.between(0.0001, 0.01)),
  };
}

function groupsOf(channels: number): number[] {
  const divisors = Array.from({ length: channels }, (_, i) => i + 1).filter((groups) => channels % groups === 0);
  const fits = (perGroup: number) => channels < 32 || 32 % perGroup === 0 || perGroup % 32 === 0;
  return [1, ...divisors.filter((groups) => fits(channels / groups))];
}

function randomWindow(random: Random, { h, w }: Shape) {
  const axis = (size: number) => {
    const kernel = 1 + random.below(Math.min(3, size));
    const dilation = kernel > 1 && (kernel - 1) * 2 < size ? 1 + random.below(2) : 1;
    const stride = 1 + random.below(2);
    const reach = (kernel - 1) * dilation;
    const before = random.below(kernel);
    const after = random.below(kernel);
    const out = Math.floor((size + before + after - reach - 1) / stride) + 1;
    return { kernel, dilation, stride, before, out };
  };
  const [rows, columns] = [axis(h), axis(w)];
  const window = {
    kernelH: rows.kernel,
    kernelW: columns.kernel,
    strideH: rows.stride,
    strideW: columns.stride,
    dilationH: rows.dilation,
    dilationW: columns.dilation,
    padTop: rows.before,
    padLeft: columns.before,
  };
  return { kernelH: rows.kernel, kernelW: columns.kernel, h: rows.out, w: columns.out, window };
}

export function maxPool(random: Random, input: number, from: Shape): MaxPoolNode {
  const { h, w, window } = randomWindow(random, from);
  const undilated = { ...window, dilationH: 1, dilationW: 1 };
  return { kind: "MaxPool", inputs: [input], shape: { ...from, h, w }, ...undilated };
}

export function addMul(random: Random, a: number, b: number, shape: Shape): AddMulNode {
  const add = random.below(2) === 0;
  return {
    kind: "AddMul",
    inputs: [a, b],
    shape,
    operation: add ? "add" : "mul",
    aFactor: add ? 1 + random.below(4096) : 1,
    bFactor: add ? 1 + random.below(4096) : 1,
    aZero: random.below(256),
    bZero: random.below(256),
    yZero: random.below(256),
    multiplier: add ? 2 ** -random.below(16) : (64 + random.below(64)) * 2 ** -(10 + random.below(8)),
  };
}

export function table(random: Random, input: number, shape: Shape): TableNode {
  return { kind: "Table", inputs: [input], shape, table: random.bytes(256) };
}

export function argMax(random: Random, input: number, { n, h, w, c }: Shape): ArgMaxNode {
  const last = random.below(2) === 0;
  return random.below(2) === 0 && c <= 256
    ? { kind: "ArgMax", inputs: [input], shape: { n, h, w, c: 1 }, outer: n * h * w, length: c, inner: 1, last }
    : { kind: "ArgMax", inputs: [input], shape: { n, h: 1, w, c }, outer: n, length: h, inner: w * c, last };
}

/** Height and width change places, channels run backwards. */
export function view(input: number, { n, h, w, c }: Shape): ViewNode {
  const digits = [
    { radix: n, stride: h * w * c },
    { radix: w, stride: c },
    { radix: h, stride: w * c },
    { radix: c, stride: -1 },
  ];
  return { kind: "Move", mode: "view", inputs: [input], shape: { n, h: w, w: h, c }, base: c - 1, digits };
}

/** Channels of two tensors of one height and width, some twice, some filled. */
export function select(random: Random, a: number, first: Shape, b: number, second: Shape): SelectNode {
  const length = 1 + random.below(first.c + second.c);
  const sources = Uint32Array.from({ length }, () => {
    const from = random.below(5);
    if (from === 0) return FILL;
    return from < 3 ? random.below(first.c) : 2 ** 24 + random.below(second.c);
  });
  const outer = first.n * first.h * first.w;
  const shape = { ...first, c: length };
  return { kind: "Move", mode: "select", inputs: [a, b], shape, outer, inner: 1, sources, fill: random.below(256) };
}

/** A model of eight nodes: every kind, both moves, an AddMul that repeats. Its first input has at most about `most` elements. */
export function randomModel(random: Random, most = 3000): ExactModel {
  const start = randomShape(random, most);
  const contract = randomContract(random, 0, start);
  const repeated = someOnes(random, contract.shape);
  const inputs = [start, { ...start, c: 1 + random.below(start.c) }, repeated];
  const shapes: Shape[] = [...inputs];
  const nodes: ExactNode[] = [];
  const add = (node: ExactNode): number => {
    nodes.push(node);
    return shapes.push(node.shape) - 1;
  };
  const shape = (tensor: number): Shape => shapes[tensor] ?? start;
  const contracted = add(contract);
  const looked = add(table(random, contracted, shape(contracted)));
  const summed = add(addMul(random, looked, contracted, shape(looked)));
  const [a, b] = random.below(2) === 0 ? [2, summed] : [summed, 2];
  const spread = add(addMul(random, a, b, shape(summed)));
  const pooled = add(maxPool(random, spread, shape(spread)));
  const turned = add(view(pooled, shape(pooled)));
  const picked = add(select(random, 0, start, 1, shape(1)));
  const found = add(argMax(random, turned, shape(turned)));
  const ports = (tensors: number[]) => tensors.map((tensor) => portOf(tensor, shape(tensor), random));
  return { inputs: ports(inputs.map((_, tensor) => tensor)), nodes, outputs: ports([found, picked]) };
}

/** The shape with some of its sizes 1. */
export function someOnes(random: Random, { n, h, w, c }: Shape): Shape {
  const size = (full: number) => random.pick([full, 1]);
  return { n: size(n), h: size(h), w: size(w), c: size(c) };
}

/** Random bytes for every tensor: commitments do not ask whether they are right. */
export function randomTensors(random: Random, model: ExactModel): Uint8Array[] {
  return [...model.inputs, ...model.nodes].map(({ shape }) => random.bytes(sizeOf(shape)));
}
