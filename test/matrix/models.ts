/** Small exact models around one node of a kind, and large ones of which one element is too long for one transaction. */
import { sizeOf } from "../../sdk/src/exact/model.ts";
import type { ContractNode, ExactModel, ExactNode, Port, Shape } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import type { Kind } from "./cells.ts";

/** A model and the number of the node that the matrix is about. */
export interface Subject {
  readonly model: ExactModel;
  readonly node: number;
}

export interface SubjectOptions {
  /** Some element of the node is too long for one transaction. */
  readonly long: boolean;
  /** The node reads the model's inputs; otherwise what a table made of the first of them. */
  readonly first: boolean;
  /** The node's output is the model's; otherwise what tables behind it make of that. */
  readonly output: boolean;
  /** What comes behind the node is the same whatever the node says. */
  readonly blind: boolean;
  /** So many nodes in all that a response shows their roots only from above the leaves. */
  readonly deep: boolean;
  readonly seed: number;
}

/** 40 channels take 64 bytes: filler in every pixel. Nine pixels take five leaves of eight: leaves behind the last. */
const OUT: Shape = { n: 1, h: 3, w: 3, c: 40 };
const ROWS: Shape = { n: 1, h: 9, w: 1, c: 40 };
const DEEP = 70;
const ONE_BY_ONE = {
  kernelH: 1,
  kernelW: 1,
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  padTop: 0,
  padLeft: 0,
};

export function subjectOf(kind: Kind, options: SubjectOptions): Subject {
  const random = createRandom(options.seed);
  const [from, ...others] = options.long ? longInputs(kind) : inputsOf(kind);
  const inputs = [from, ...others];
  const shapes: Shape[] = [...inputs];
  const nodes: ExactNode[] = [];
  const add = (node: ExactNode): number => {
    nodes.push(node);
    return shapes.push(node.shape) - 1;
  };
  const read = options.first ? 0 : add({ kind: "Table", inputs: [0], shape: from, table: permutation(random) });
  const made = options.long ? longNode(kind, read, random) : nodeOf(kind, read, random);
  const tensor = add(made);
  const behind = (): number =>
    add({
      kind: "Table",
      inputs: [shapes.length - 1],
      shape: made.shape,
      table: options.blind ? new Uint8Array(256).fill(7) : permutation(random),
    });
  let last = behind();
  while (options.deep && nodes.length < DEEP) last = behind();
  const model: ExactModel = {
    inputs: inputs.map((shape, number) => port(number, shape)),
    nodes,
    outputs: [port(options.output ? tensor : last, made.shape)],
  };
  return { model, node: tensor - inputs.length };
}

/** Another model with the same shapes, of which only this node computes something else. */
export function otherModel({ model, node }: Subject): ExactModel {
  const law = model.nodes[node];
  if (law === undefined) throw new RangeError(`The model has no node ${node}.`);
  return { ...model, nodes: model.nodes.with(node, otherNode(law)) };
}

/** A node that computes something else, of the same shapes. */
export function otherNode(law: ExactNode): ExactNode {
  switch (law.kind) {
    case "Contract":
      return { ...law, multipliers: law.multipliers.map((multiplier) => multiplier / 2), yZero: law.yZero + 1 };
    case "AddMul":
      return { ...law, aZero: law.aZero + 3 };
    case "Table":
      return { ...law, table: law.table.map((value) => value ^ 1) };
    case "MaxPool":
      // A smaller window in the same places.
      return { ...law, kernelH: 1, kernelW: 1 };
    case "ArgMax":
      // Counts the other way round where elements are equal: so many are that this shows.
      return { ...law, last: !law.last };
    case "Move":
      return law.mode === "view"
        ? {
            ...law,
            digits: law.digits.map((digit, i) => (i === law.digits.length - 1 ? { ...digit, stride: 0 } : digit)),
          }
        : { ...law, sources: law.sources.toReversed() };
  }
}

function inputsOf(kind: Kind): [Shape, ...Shape[]] {
  switch (kind) {
    case "matrix product":
      return [{ ...ROWS, c: 24 }];
    case "convolution":
      return [{ ...OUT, c: 8 }];
    case "MaxPool":
      return [{ ...OUT, h: 6, w: 6 }];
    case "ArgMax":
      return [{ n: 1, h: 5, w: 9, c: 40 }];
    case "AddMul":
    case "select":
      return [OUT, OUT];
    case "view":
      return [{ n: 1, h: 3, w: 3, c: 40 }];
    default:
      return [OUT];
  }
}

function nodeOf(kind: Kind, read: number, random: Random): ExactNode {
  switch (kind) {
    case "matrix product":
      return contract(random, { read, shape: ROWS, taps: 24 });
    case "convolution":
      return contract(random, { read, shape: OUT, taps: 72, kernel: 3, pad: 1 });
    case "depthwise convolution":
      return contract(random, { read, shape: OUT, taps: 9, kernel: 3, pad: 1, groups: 40 });
    case "AddMul":
      return {
        ...{ kind: "AddMul", inputs: [read, 1], shape: OUT, operation: "add", aFactor: 3, bFactor: 5 },
        ...{ aZero: 100, bZero: 120, yZero: 128, multiplier: 2 ** -3 },
      };
    case "Table":
      return { kind: "Table", inputs: [read], shape: OUT, table: random.bytes(256) };
    case "MaxPool":
      return {
        kind: "MaxPool",
        inputs: [read],
        shape: OUT,
        ...ONE_BY_ONE,
        kernelH: 2,
        kernelW: 2,
        strideH: 2,
        strideW: 2,
      };
    case "ArgMax": {
      const shape: Shape = { n: 1, h: 1, w: 9, c: 40 };
      return { kind: "ArgMax", inputs: [read], shape, outer: 1, length: 5, inner: sizeOf(shape), last: false };
    }
    case "view":
      // Height and width change places, channels run backwards.
      return {
        ...{ kind: "Move", mode: "view", inputs: [read], shape: OUT, base: 39 },
        digits: [
          { radix: 3, stride: 40 },
          { radix: 3, stride: 120 },
          { radix: 40, stride: -1 },
        ],
      };
    case "select":
      return {
        ...{ kind: "Move", mode: "select", inputs: [read, 1], shape: OUT, outer: 9, inner: 1, fill: 9 },
        sources: Uint32Array.from({ length: 40 }, (_, i) =>
          i === 3 ? 0xffffffff : i % 2 === 0 ? 39 - i : 2 ** 24 + i,
        ),
      };
  }
}

const LONG_ROW = 52_000;

function longInputs(kind: Kind): [Shape] {
  switch (kind) {
    case "matrix product":
      return [{ n: 1, h: 1, w: 1, c: LONG_ROW }];
    case "convolution":
      return [{ n: 1, h: 3, w: 3, c: 5_800 }];
    case "depthwise convolution":
      return [{ n: 1, h: 56, w: 56, c: 2 }];
    default:
      return [{ n: 1, h: 60, w: 60, c: 32 }];
  }
}

/** One product of so many bytes, or one window of so many, that its leaves do not fit into a transaction. */
function longNode(kind: Kind, read: number, random: Random): ExactNode {
  const shape = (c: number): Shape => ({ n: 1, h: 1, w: 1, c });
  switch (kind) {
    case "matrix product":
      return contract(random, { read, shape: shape(1), taps: LONG_ROW });
    case "convolution":
      return contract(random, { read, shape: shape(1), taps: 9 * 5_800, kernel: 3 });
    case "depthwise convolution":
      return contract(random, { read, shape: shape(2), taps: 56 * 56, kernel: 56, groups: 2 });
    default:
      return { kind: "MaxPool", inputs: [read], shape: shape(32), ...ONE_BY_ONE, kernelH: 60, kernelW: 60 };
  }
}

interface Sum {
  readonly read: number;
  readonly shape: Shape;
  /** Products of one element. */
  readonly taps: number;
  readonly kernel?: number;
  readonly pad?: number;
  readonly groups?: number;
}

function contract(random: Random, { read, shape, taps, kernel = 1, pad = 0, groups = 1 }: Sum): ContractNode {
  // No accumulator reaches 2^24.
  const most = Math.min(60, Math.floor((2 ** 24 - 10_000) / (255 * taps)));
  return {
    ...{ kind: "Contract", inputs: [read], shape, groups, ...ONE_BY_ONE, kernelH: kernel, kernelW: kernel },
    ...{ padTop: pad, padLeft: pad, xZero: 117, wZero: 128, yZero: 128 },
    weights: Uint8Array.from({ length: shape.c * taps }, () => 128 + random.below(2 * most + 1) - most),
    bias: Int32Array.from({ length: shape.c }, () => random.below(2_001) - 1_000),
    // So that most outputs lie between the ends of their range.
    multipliers: new Float32Array(shape.c).fill(0.7 / (most * Math.sqrt(taps / 3))),
  };
}

function permutation(random: Random): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 255; i > 0; i--) {
    const j = random.below(i + 1);
    [table[i], table[j]] = [table[j] ?? 0, table[i] ?? 0];
  }
  return table;
}

function port(tensor: number, shape: Shape): Port {
  const { n, h, w, c } = shape;
  return { name: `port ${tensor}`, tensor, dims: [n, c, h, w], shape, scale: 0.5, zero: 3 };
}
