/** An exact model, a batch for it, and what an honest or a lying provider claims of it: all computed by the law, nothing made up. */
import type { Hex } from "viem";
import { commitModel, itemRootOfRoots } from "../../../sdk/src/exact/commit/index.ts";
import { provableModel, responseOf, resultTree, traceOf } from "../../../sdk/src/exact/dispute/index.ts";
import type { FullTrace, ProvableModel, Response } from "../../../sdk/src/exact/dispute/index.ts";
import { lawNode } from "../../../sdk/src/exact/law/index.ts";
import { sizeOf, tensorShape } from "../../../sdk/src/exact/model.ts";
import type { ExactModel, ExactNode, Port, Shape } from "../../../sdk/src/exact/model.ts";
import { createRandom } from "../../../sdk/src/exact/random.ts";

/** One element of one node's output that is not what the law says; what reads it is computed from it. */
export interface Fault {
  readonly item: number;
  readonly node: number;
  readonly element: number;
  /** Added to the byte, modulo 256. */
  readonly by: number;
}

/** A batch and what a provider commits to. */
export interface Scene {
  readonly provable: ProvableModel;
  readonly model: ExactModel;
  /** The right trace of each item. */
  readonly honest: readonly FullTrace[];
  /** What the provider claims, and its tensors by number. */
  readonly claimed: readonly FullTrace[];
  readonly tensors: readonly (readonly Uint8Array[])[];
  /** Item roots of the inputs, of the outputs that the provider commits to, and of the right ones. */
  readonly inputRoots: readonly Hex[];
  readonly outputRoots: readonly Hex[];
  readonly rightRoots: readonly Hex[];
  readonly batchRoot: Hex;
  readonly resultRoot: Hex;
  response(item: number): Response;
}

const IMAGE: Shape = { n: 1, h: 6, w: 6, c: 3 };
const CHANNELS = 40;
const WINDOW = { strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 };

function port(tensor: number, shape: Shape): Port {
  return { name: `port ${tensor}`, tensor, dims: [shape.n, shape.c, shape.h, shape.w], shape, scale: 0.5, zero: 3 };
}

/** A convolution, a table and a maximum over windows. The second output is the input as it came. */
export function pictureModel(): ExactModel {
  const random = createRandom(40);
  const wide: Shape = { ...IMAGE, c: CHANNELS };
  const pooled: Shape = { n: 1, h: 3, w: 3, c: CHANNELS };
  const nodes: ExactNode[] = [
    {
      ...{ kind: "Contract", inputs: [0], shape: wide, groups: 1, ...WINDOW, kernelH: 3, kernelW: 3 },
      ...{ padTop: 1, padLeft: 1, xZero: 3, wZero: 0, yZero: 100 },
      weights: random.bytes(CHANNELS * 27),
      bias: Int32Array.from({ length: CHANNELS }, () => random.below(2_000) - 400_000),
      multipliers: new Float32Array(CHANNELS).fill(2 ** -13),
    },
    { kind: "Table", inputs: [1], shape: wide, table: random.bytes(256) },
    {
      ...{ kind: "MaxPool", inputs: [2], shape: pooled, ...WINDOW, strideH: 2, strideW: 2, kernelH: 2, kernelW: 2 },
      ...{ padTop: 0, padLeft: 0 },
    },
  ];
  return { inputs: [port(0, IMAGE)], nodes, outputs: [port(3, pooled), port(0, IMAGE)] };
}

/** Tables one after another: with more than 64 a response shows the trace's tree only from 6 levels below its root. */
export function deepModel(depth: number): ExactModel {
  const random = createRandom(41);
  const shape: Shape = { n: 1, h: 1, w: 1, c: 5 };
  const nodes = Array.from({ length: depth }, (_, i): ExactNode => {
    return { kind: "Table", inputs: [i], shape, table: random.bytes(256) };
  });
  return { inputs: [port(0, shape)], nodes, outputs: [port(depth, shape), port(3, shape)] };
}

/** As many inputs and outputs as a model may have, the outputs of as many tables, each with a name. */
export function manyPorts(): ExactModel {
  const random = createRandom(43);
  const shape: Shape = { n: 1, h: 1, w: 1, c: 5 };
  const inputs = Array.from({ length: 16 }, (_, i) => port(i, shape));
  const nodes = Array.from({ length: 130 }, (_, i): ExactNode => {
    return { kind: "Table", inputs: [i % 16], shape, table: random.bytes(256) };
  });
  return { inputs, nodes, outputs: Array.from({ length: 16 }, (_, i) => port(130 + i, shape)) };
}

/** A matrix with rows of `words` words of 32 numbers. */
export function wideModel(words: number): ExactModel {
  const random = createRandom(44);
  const c = 32 * words;
  const shape: Shape = { n: 1, h: 40, w: 1, c: 64 };
  const node: ExactNode = {
    ...{ kind: "Contract", inputs: [0], shape, groups: 1, ...WINDOW, kernelH: 1, kernelW: 1 },
    ...{ padTop: 0, padLeft: 0, xZero: 0, wZero: 1, yZero: 128 },
    weights: Uint8Array.from({ length: 64 * c }, () => random.below(3)),
    bias: new Int32Array(64),
    multipliers: new Float32Array(64).fill(2 ** -9),
  };
  const input: Shape = { n: 1, h: 40, w: 1, c };
  return { inputs: [port(0, input)], nodes: [node], outputs: [port(1, shape)] };
}

/** Computes a batch of random inputs, and what a provider with these faults makes of it. */
export async function sceneOf(model: ExactModel, items: number, faults: readonly Fault[] = []): Promise<Scene> {
  const provable = await provableModel(model, await commitModel(model));
  const random = createRandom(42);
  const inputs = Array.from({ length: items }, () => model.inputs.map(({ shape }) => random.bytes(sizeOf(shape))));
  const honest = inputs.map((read) => traceOf(provable, run(model, read)));
  const tensors = inputs.map((read, item) =>
    run(
      model,
      read,
      faults.filter((fault) => fault.item === item),
    ),
  );
  const claimed = tensors.map((all) => traceOf(provable, all));
  const inputRoots = honest.map((trace) => itemRootOfRoots(trace.inputRoots));
  const outputRoots = claimed.map((trace) => outputRoot(trace));
  const tree = (roots: readonly Hex[]) => resultTree(provable.keccak, roots);
  return {
    ...{ provable, model, honest, claimed, tensors, inputRoots, outputRoots },
    rightRoots: honest.map((trace) => outputRoot(trace)),
    batchRoot: tree(inputRoots).root,
    resultRoot: tree(outputRoots).root,
    response: (item) => {
      const trace = claimed[item];
      if (trace === undefined) throw new RangeError(`The scene has ${items} items.`);
      return responseOf(trace, { item, inputItemRoots: inputRoots, outputItemRoots: outputRoots });
    },
  };
}

function outputRoot(trace: FullTrace): Hex {
  return itemRootOfRoots(trace.model.outputs.map(({ tensor }) => trace.tensor(tensor).root));
}

function run(model: ExactModel, inputs: readonly Uint8Array[], faults: readonly Fault[] = []): Uint8Array[] {
  const tensors = [...inputs];
  model.nodes.forEach((node, number) => {
    const read = node.inputs.map((tensor) => tensors[tensor] ?? new Uint8Array());
    const output = lawNode(
      node,
      node.inputs.map((tensor) => tensorShape(model, tensor)),
      read,
    );
    for (const { element, by } of faults.filter((fault) => fault.node === number))
      output[element] = ((output[element] ?? 0) + by) & 255;
    tensors.push(output);
  });
  return tensors;
}

/** The layout's bytes of a tensor of a trace, without what fills up the last leaf: what `postData` posts. */
export function layoutOf(trace: FullTrace, tensor: number): Uint8Array {
  const { n, h, w, c } = tensorShape(trace.model, tensor);
  const stride = c > 16 ? Math.ceil(c / 32) * 32 : 2 ** Math.ceil(Math.log2(c));
  const bytes = new Uint8Array(n * h * w * stride);
  for (let at = 0; at < bytes.length; at += 128)
    bytes.set((trace.tensor(tensor).leaf(at / 128) ?? new Uint8Array()).subarray(0, bytes.length - at), at);
  return bytes;
}
