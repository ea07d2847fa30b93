import { sizeOf } from "../model.ts";
import type { AddMulNode, ContractNode, ExactNode, Shape } from "../model.ts";
import type { Random } from "../random.ts";

/** A node on inputs of a self-test; the node may be one of another shape, on which everything can be tried. */
export interface Trial {
  readonly node: ExactNode;
  /** Shapes of the inputs of the node; it reads input k as tensor k. */
  readonly shapes: readonly Shape[];
  /** Draws one set of inputs after the other; each is compared. */
  readonly inputs: Iterable<readonly Uint8Array[]>;
  /** Compares all elements instead of some. */
  readonly all: boolean;
}

/** Trials of a node: all there is to try for element-wise nodes, random and extreme values for the others. */
export function trialsOf(node: ExactNode, shapes: readonly Shape[], random: Random): Trial[] {
  const own = { ...node, inputs: node.inputs.map((tensor) => node.inputs.indexOf(tensor)) };
  const inPlace = (inputs: Iterable<readonly Uint8Array[]>): Trial => ({ node: own, shapes, inputs, all: false });
  switch (node.kind) {
    case "Contract":
      return [inPlace(contractInputs(node, shapes[0] ?? node.shape, random))];
    case "Table": {
      const shape = { n: 1, h: 1, w: 1, c: 256 };
      const every = { node: { ...node, shape, inputs: [0] }, shapes: [shape], inputs: [[everyByte()]], all: true };
      return [every, inPlace([shapes.map((from) => noise(sizeOf(from), random))])];
    }
    case "AddMul":
      return [...allPairs(node), inPlace([shapes.map((shape) => noise(sizeOf(shape), random))])];
    default:
      return [inPlace(anyInputs(shapes, random))];
  }
}

const everyByte = () => Uint8Array.from({ length: 256 }, (_, value) => value);

/** All pairs of bytes, one tensor with the other repeated and two of the same shape, since those run by different code. */
function allPairs(node: AddMulNode): Trial[] {
  const shape = { n: 1, h: 256, w: 1, c: 256 };
  const square = { ...node, shape, inputs: [0, 1] };
  const left = Uint8Array.from({ length: 65_536 }, (_, index) => index >> 8);
  const right = Uint8Array.from({ length: 65_536 }, (_, index) => index & 255);
  const repeated = [
    { ...shape, c: 1 },
    { ...shape, h: 1 },
  ];
  return [
    { node: square, shapes: repeated, inputs: [[everyByte(), everyByte()]], all: true },
    { node: square, shapes: [shape, shape], inputs: [[left, right]], all: true },
  ];
}

/** Random bytes, then few different ones, so that equals meet. */
function* anyInputs(shapes: readonly Shape[], random: Random) {
  yield shapes.map((shape) => noise(sizeOf(shape), random));
  yield shapes.map((shape) => noise(sizeOf(shape), random).map((value) => (value & 1) * 255));
  yield shapes.map((shape) => noise(sizeOf(shape), random).map((value) => value & 1));
}

/** Random bytes, constants at both ends, random ends, and inputs that drive accumulators to their largest and smallest values. */
function* contractInputs(node: ContractNode, from: Shape, random: Random) {
  const size = sizeOf(from);
  yield [noise(size, random)];
  yield [new Uint8Array(size)];
  yield [new Uint8Array(size).fill(255)];
  yield [noise(size, random).map((value) => (value & 1) * 255)];
  yield [aligned(node, from, random)];
}

/** Ends of the range where a weight of one output channel pulls up, or down; every pixel follows a channel of its own. */
function aligned({ shape, groups, kernelH, kernelW, weights, wZero }: ContractNode, from: Shape, random: Random) {
  const perGroup = from.c / groups;
  const taps = kernelH * kernelW;
  const result = new Uint8Array(sizeOf(from));
  for (let pixel = 0; pixel < result.length; pixel += from.c) {
    const output = random.below(shape.c);
    const tap = random.below(taps);
    const down = random.below(2) === 1;
    for (let channel = 0; channel < from.c; channel++) {
      const weight = weights[(output * taps + tap) * perGroup + (channel % perGroup)] ?? 0;
      result[pixel + channel] = weight >= wZero !== down ? 255 : 0;
    }
  }
  return result;
}

/** Random bytes; from a certain length on they come again, which is enough here and much faster. */
function noise(size: number, random: Random): Uint8Array {
  const period = random.bytes(Math.min(size, 16_381));
  const result = new Uint8Array(size);
  for (let at = 0; at < size; at += period.length) result.set(period.subarray(0, size - at), at);
  return result;
}
