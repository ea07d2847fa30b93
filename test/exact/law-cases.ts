import { FILL } from "../../sdk/src/exact/model.ts";
import type {
  AddMulNode,
  ArgMaxNode,
  ContractNode,
  ExactNode,
  MaxPoolNode,
  SelectNode,
  Shape,
  TableNode,
  ViewNode,
} from "../../sdk/src/exact/model.ts";
import type { Random } from "../../sdk/src/exact/random.ts";

/** A node with the shapes of its inputs; it reads input k as tensor k. */
export interface Case<N extends ExactNode = ExactNode> {
  readonly node: N;
  readonly shapes: readonly Shape[];
}

/** What a drawn contraction looks like. */
export type Layout = "matrix" | "image" | "pointwise" | "depthwise" | "grouped";

/** i8: weights in [−64, 63] about their zero point; u8: all bytes. */
export type WeightForm = "i8" | "u8";

/** ties: small accumulators and multipliers like 1/2; bounds: accumulators up to ±(2^24 − 1); spread: outputs over the whole range. */
export type Numbers = "spread" | "ties" | "bounds";

const within = (random: Random, low: number, high: number) => low + random.below(high - low + 1);

/** Draws a contraction whose accumulators stay below 2^24, though they may come close. */
export function drawContract(
  random: Random,
  layout: Layout,
  form: WeightForm,
  numbers: Numbers,
  channels?: number,
): Case<ContractNode> {
  const { from, groups, c } = drawChannels(random, layout, channels);
  const rows = drawAxis(random, from.h, layout !== "matrix" && layout !== "pointwise");
  const columns = drawAxis(random, from.w, layout !== "matrix" && layout !== "pointwise");
  const perGroup = from.c / groups;
  const length = rows.kernel * columns.kernel * perGroup;
  const xZero = random.pick([0, 128, 255, random.below(256)]);
  const wZero = form === "i8" ? within(random, 64, 192) : random.pick([0, 1, 128, 255, random.below(256)]);
  const bias = Int32Array.from({ length: c }, () => drawBias(random, numbers));
  const weights = new Uint8Array(c * length).fill(wZero);
  const reach = Math.max(xZero, 255 - xZero);
  for (let o = 0; o < c; o++) {
    let left = Math.floor((2 ** 24 - 1 - Math.abs(bias[o] ?? 0)) / reach);
    for (let k = 0; k < length; k++) {
      const weight = drawWeight(random, form, numbers, wZero);
      const size = Math.abs(weight - wZero);
      if (size > left) continue;
      left -= size;
      weights[o * length + k] = weight;
    }
  }
  const node: ContractNode = {
    kind: "Contract",
    inputs: [0],
    shape: { n: from.n, h: rows.out, w: columns.out, c },
    kernelH: rows.kernel,
    kernelW: columns.kernel,
    strideH: rows.stride,
    strideW: columns.stride,
    dilationH: rows.dilation,
    dilationW: columns.dilation,
    padTop: rows.before,
    padLeft: columns.before,
    groups,
    xZero,
    wZero,
    yZero: random.pick([0, 128, 255, random.below(256)]),
    weights,
    bias,
    multipliers: Float32Array.from({ length: c }, () => drawMultiplier(random, numbers, length, form)),
  };
  return { node, shapes: [from] };
}

function drawChannels(random: Random, layout: Layout, fixed: number | undefined) {
  const side = () => within(random, 1, 18);
  const c = fixed ?? random.pick([1, 2, 3, 4, 7, 8, 16, 20, 32, 33, 48]);
  if (layout === "matrix") {
    const rows = fixed === undefined ? within(random, 1, 40) : 3;
    const columns = fixed ?? random.pick([1, 3, 16, 31, 64, 100, 257]);
    return { from: { n: 1, h: rows, w: 1, c: columns }, groups: 1, c: within(random, 1, 40) };
  }
  const from = { n: random.pick([1, 1, 2]), h: side(), w: side(), c };
  if (layout === "depthwise") return { from, groups: c, c: c * random.pick([1, 1, 2]) };
  if (layout !== "grouped") return { from, groups: 1, c: within(random, 1, 40) };
  const groups = random.pick([2, 3, 4]);
  return { from: { ...from, c: groups * within(random, 1, 9) }, groups, c: groups * within(random, 1, 9) };
}

function drawAxis(random: Random, size: number, window: boolean) {
  const kernel = window ? random.pick([1, 2, 3, 3, 3, 5]) : 1;
  const dilation = kernel > 1 ? random.pick([1, 1, 2]) : 1;
  const stride = window ? random.pick([1, 1, 2, 3]) : 1;
  const reach = (kernel - 1) * dilation + 1;
  const missing = Math.max(0, reach - size);
  const before = Math.max(Math.ceil(missing / 2), random.below(reach));
  const behind = Math.max(Math.ceil(missing / 2), random.below(reach));
  return { kernel, dilation, stride, before, out: Math.floor((size + before + behind - reach) / stride) + 1 };
}

function drawBias(random: Random, numbers: Numbers): number {
  if (numbers === "bounds") return random.pick([0, 2 ** 23, -(2 ** 23), within(random, -(2 ** 24) + 1, 2 ** 24 - 1)]);
  return within(random, -300, 300);
}

function drawWeight(random: Random, form: WeightForm, numbers: Numbers, zero: number): number {
  if (numbers === "ties") return Math.min(Math.max(zero + within(random, -1, 1), 0), 255);
  if (form === "i8") return zero + random.pick([-64, 63, within(random, -64, 63), within(random, -64, 63)]);
  return random.pick([0, 255, random.below(256), random.below(256)]);
}

function drawMultiplier(random: Random, numbers: Numbers, length: number, form: WeightForm): number {
  if (numbers === "ties") return random.pick([0.5, 0.25, 0.125, 0.375, 1.5]);
  if (numbers === "bounds") return random.pick([2 ** -17, 2 ** -16, random.between(2 ** -19, 2 ** -15)]);
  const typical = Math.sqrt(length) * 128 * (form === "i8" ? 45 : 90);
  return (random.between(0.2, 4) * 80) / typical;
}

/** Draws factors, zero points and a multiplier that the profile admits. */
export function drawAddMul(random: Random, operation: "add" | "mul"): Case<AddMulNode> {
  const shape = { n: random.pick([1, 2]), h: within(random, 1, 9), w: within(random, 1, 9), c: within(random, 1, 40) };
  const some = (): Shape => {
    const one = (size: number) => (random.below(3) === 0 ? 1 : size);
    return { n: one(shape.n), h: one(shape.h), w: one(shape.w), c: one(shape.c) };
  };
  const factor = () =>
    operation === "mul" ? 1 : random.pick([1, 64, 4096, within(random, 1, 128), within(random, 1, 4096)]);
  const factors = [factor(), factor()] as const;
  const exponent = -Math.floor(Math.log2((Math.max(...factors) * 255) / 128)) + within(random, -2, 2);
  const node: AddMulNode = {
    kind: "AddMul",
    inputs: [0, 1],
    shape,
    operation,
    aFactor: factors[0],
    bFactor: factors[1],
    aZero: random.pick([0, 128, 255, random.below(256)]),
    bZero: random.pick([0, 128, 255, random.below(256)]),
    yZero: random.pick([0, 128, 255, random.below(256)]),
    multiplier: operation === "add" ? 2 ** exponent : within(random, 64, 127) * 2 ** within(random, -16, -8),
  };
  const shapes = random.below(3) === 0 ? [shape, shape] : [some(), some()];
  return { node: { ...node, shape: joined(shapes) }, shapes };
}

/** The larger of every pair of sizes. */
function joined(shapes: readonly Shape[]): Shape {
  const size = (key: keyof Shape) => Math.max(...shapes.map((shape) => shape[key]));
  return { n: size("n"), h: size("h"), w: size("w"), c: size("c") };
}

const drawShape = (random: Random): Shape => ({
  n: random.pick([1, 1, 2]),
  h: within(random, 1, 24),
  w: within(random, 1, 24),
  c: within(random, 1, 40),
});

/** Draws a table: random bytes, or one that only clamps. */
export function drawTable(random: Random): Case<TableNode> {
  const shape = drawShape(random);
  const [low, high] = [random.below(256), random.below(256)].sort((a, b) => a - b);
  const clamp = Uint8Array.from({ length: 256 }, (_, x) => Math.min(Math.max(x, low ?? 0), high ?? 255));
  const table = random.below(3) === 0 ? clamp : random.bytes(256);
  return { node: { kind: "Table", inputs: [0], shape, table }, shapes: [shape] };
}

/** Draws a window that ONNX Runtime accepts: each begins inside the image, and padding is shorter than the kernel. */
export function drawMaxPool(random: Random): Case<MaxPoolNode> {
  const from = drawShape(random);
  const [rows, columns] = [from.h, from.w].map((size) => {
    const kernel = 1 + random.below(Math.min(5, size));
    const dilation = kernel > 1 && (kernel - 1) * 2 < size ? random.pick([1, 2]) : 1;
    const stride = random.pick([1, 2, 3]);
    // Less padding than the kernel is long, as ONNX Runtime asks for, and never a window that lies outside.
    const before = random.below(Math.min(kernel, size));
    const behind = random.below(kernel);
    const out = Math.floor((size + before + behind - (kernel - 1) * dilation - 1) / stride) + 1;
    const most = Math.floor((size - 1 + before) / stride) + 1;
    return { kernel, dilation, stride, before, out: Math.max(1, Math.min(out, most)) };
  });
  if (rows === undefined || columns === undefined) throw new RangeError("Two axes were drawn.");
  const node: MaxPoolNode = {
    kind: "MaxPool",
    inputs: [0],
    shape: { ...from, h: rows.out, w: columns.out },
    kernelH: rows.kernel,
    kernelW: columns.kernel,
    strideH: rows.stride,
    strideW: columns.stride,
    dilationH: rows.dilation,
    dilationW: columns.dilation,
    padTop: rows.before,
    padLeft: columns.before,
  };
  return { node, shapes: [from] };
}

/** Draws an axis of up to 256 positions. */
export function drawArgMax(random: Random): Case<ArgMaxNode> {
  const [outer, length, inner] = [within(random, 1, 40), random.pick([1, 2, 10, 100, 256]), random.pick([1, 1, 2, 17])];
  const node: ArgMaxNode = {
    kind: "ArgMax",
    inputs: [0],
    shape: { n: 1, h: outer, w: 1, c: inner },
    outer,
    length,
    inner,
    last: random.below(2) === 1,
  };
  return { node, shapes: [{ n: 1, h: outer * length, w: 1, c: inner }] };
}

/** Draws a view: an array's axes cut, turned round, repeated and put into another order; now and then overlapping windows. */
export function drawView(random: Random): Case<ViewNode> {
  const sizes = Array.from({ length: within(random, 1, 4) }, () => within(random, 1, 11));
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1));
  let base = 0;
  const digits = sizes.map((size, axis) => {
    const step = random.pick([1, 1, 1, 2, -1, -2]);
    const radix = 1 + random.below(Math.floor((size - 1) / Math.abs(step)) + 1);
    const spare = size - 1 - (radix - 1) * Math.abs(step);
    base += (random.below(spare + 1) + (step < 0 ? (radix - 1) * -step : 0)) * (strides[axis] ?? 1);
    return { radix, stride: step * (strides[axis] ?? 1) };
  });
  if (random.below(3) === 0) digits.push({ radix: within(random, 2, 9), stride: 0 });
  const [first] = digits;
  // The first axis once more, from the same place: two digits that walk along one axis.
  if (first !== undefined && first.radix > 2 && random.below(4) === 0)
    digits.splice(0, 1, { radix: first.radix - 1, stride: first.stride }, { radix: 2, stride: first.stride });
  const order = digits.map((digit) => ({ digit, at: random.below(1000) })).sort((a, b) => a.at - b.at);
  const shuffled = order.map(({ digit }) => digit);
  const size = digits.reduce((product, { radix }) => product * radix, 1);
  const from = { n: 1, h: sizes.reduce((product, length) => product * length, 1), w: 1, c: 1 };
  return {
    node: { kind: "Move", mode: "view", inputs: [0], shape: { n: 1, h: size, w: 1, c: 1 }, base, digits: shuffled },
    shapes: [from],
  };
}

/** Draws a select: parts of several inputs joined, with and without the constant, or positions in any order. */
export function drawSelect(random: Random): Case<SelectNode> {
  const [outer, inner] = [within(random, 1, 30), within(random, 1, 20)];
  const lengths = Array.from({ length: within(random, 1, 4) }, () => within(random, 1, 24));
  const sources: number[] = [];
  const parts = within(random, 1, 6);
  for (let part = 0; part < parts; part++) {
    const input = random.below(lengths.length);
    const length = lengths[input] ?? 1;
    const start = random.below(length);
    const count = within(random, 1, length - start);
    const scattered = random.below(3) === 0;
    for (let k = 0; k < count; k++) sources.push(input * 2 ** 24 + (scattered ? random.below(length) : start + k));
    if (random.below(3) === 0) sources.push(FILL, FILL);
  }
  const node: SelectNode = {
    kind: "Move",
    mode: "select",
    inputs: lengths.map((_, k) => k),
    shape: { n: outer, h: 1, w: sources.length, c: inner },
    outer,
    inner,
    sources: Uint32Array.from(sources),
    fill: random.below(256),
  };
  return { node, shapes: lengths.map((length) => ({ n: outer, h: 1, w: length, c: inner })) };
}
