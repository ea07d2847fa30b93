/** Small exact models, each with a run that is right and a trace that somebody claims, wrong in one way. */
import { bytesToHex } from "viem";
import { commitModel, tensorWords, wordsOfShape } from "../../sdk/src/exact/commit/index.ts";
import { provableModel, traceOf, traceOfTrees, wordsTree } from "../../sdk/src/exact/dispute/index.ts";
import type { FullTrace, FullTree, ProvableModel } from "../../sdk/src/exact/dispute/index.ts";
import { lawNode, runLaw } from "../../sdk/src/exact/law/index.ts";
import { sizeOf, tensorShape } from "../../sdk/src/exact/model.ts";
import type { ExactModel, ExactNode } from "../../sdk/src/exact/model.ts";
import type { Random } from "../../sdk/src/exact/random.ts";
import { randomModel } from "./commit-models.ts";
import { forgedTree } from "./forged-tree.ts";
import { randomNetwork } from "./random-network.ts";

/** Ways in which a claimed trace is wrong. */
export const FAULTS = [
  "one byte of one node, what follows as before",
  "one byte of one node, what follows computed from it",
  "one byte of a node that is no output",
  "computed from other inputs",
  "a node that reads another tensor",
  "computed by another model",
  "a random root",
  "a random hash in a tensor's tree",
  "a random hash in the trace's tree",
  "junk in a filler byte",
  "a leaf behind the end",
] as const;
export type Fault = (typeof FAULTS)[number];

/** A model, its right trace, and the trace that is claimed. */
export interface FaultyRun {
  readonly fault: Fault;
  readonly provable: ProvableModel;
  readonly right: FullTrace;
  readonly tensors: readonly Uint8Array[];
  readonly claimed: FullTrace;
}

/** Draws models and inputs until one can be wrong in this way. */
export async function faultyRun(random: Random, fault: Fault): Promise<FaultyRun> {
  for (;;) {
    const model = drawModel(random, fault);
    const inputs = model.inputs.map(({ shape }) => random.bytes(sizeOf(shape)));
    const tensors = runLaw(model, inputs);
    const provable = await provableModel(model, await commitModel(model));
    const right = traceOf(provable, tensors);
    const claimed = lie({ random, provable, tensors, right }, fault);
    if (claimed !== undefined && claimed.trace.root !== right.trace.root)
      return { fault, provable, right, tensors, claimed };
  }
}

function drawModel(random: Random, fault: Fault): ExactModel {
  // Trees that are deeper than a response shows, and than one demand opens, belong to the sample.
  if (fault === "a random hash in the trace's tree")
    return randomNetwork(random, { nodes: random.pick([3, 70, 140]), elements: 40 });
  if (fault === "a random hash in a tensor's tree")
    return randomNetwork(random, { nodes: 2, elements: random.pick([300, 9000]) });
  if (random.below(8) === 0)
    return randomNetwork(random, { nodes: random.pick([2, 140]), elements: random.pick([40, 5000]) });
  if (random.below(2) === 0) return randomModel(random, 600);
  return randomNetwork(random, { nodes: 1 + random.below(9), elements: random.pick([50, 600]) });
}

interface Truth {
  readonly random: Random;
  readonly provable: ProvableModel;
  readonly tensors: readonly Uint8Array[];
  readonly right: FullTrace;
}

/** The claimed trace; `undefined` if this model cannot be wrong in this way. */
function lie(truth: Truth, fault: Fault): FullTrace | undefined {
  const { random, provable, tensors } = truth;
  const { model } = provable;
  const node = random.below(model.nodes.length);
  const inputs = tensors.slice(0, model.inputs.length);
  switch (fault) {
    case "one byte of one node, what follows as before":
      return traceOf(provable, withByte(truth, node));
    case "one byte of one node, what follows computed from it":
      return traceOf(provable, recomputed(model, withByte(truth, node), node + 1));
    case "one byte of a node that is no output": {
      const hidden = model.nodes.flatMap((_, j) => (isOutput(model, j) ? [] : [j]));
      return hidden.length === 0 ? undefined : traceOf(provable, withByte(truth, random.pick(hidden)));
    }
    case "computed from other inputs": {
      const others = inputs.map((bytes) => random.bytes(bytes.length));
      return traceOf(provable, [...inputs, ...runLaw(model, others).slice(inputs.length)]);
    }
    case "a node that reads another tensor":
      return otherInput(truth, node);
    case "computed by another model": {
      const other = otherModel(random, model, node);
      return other && traceOf(provable, runLaw(other, inputs));
    }
    default:
      return forged(truth, fault, node);
  }
}

function forged({ random, provable, right }: Truth, fault: Fault, node: number): FullTrace | undefined {
  const { model } = provable;
  const tensor = model.inputs.length + node;
  const tree = right.tensor(tensor);
  const randomHash = () => bytesToHex(random.bytes(32));
  const leaves = Math.ceil(wordsOfShape(tensorShape(model, tensor)) / 4);
  switch (fault) {
    case "a random root":
      return withTree(right, tensor, forgedTree(tree, { height: tree.depth, index: 0 }, randomHash()));
    case "a random hash in a tensor's tree": {
      const height = random.below(tree.depth + 1);
      const place = { height, index: random.below(2 ** (tree.depth - height)) };
      return withTree(right, tensor, forgedTree(tree, place, randomHash()));
    }
    case "a random hash in the trace's tree": {
      const { trace } = right;
      const height = random.below(trace.depth + 1);
      // Not where there is nothing but what fills the tree up: that claims nothing of any node.
      const place = { height, index: random.below(Math.ceil(model.nodes.length / 2 ** height)) };
      return { ...right, trace: forgedTree(trace, place, randomHash()) };
    }
    case "a leaf behind the end":
      if (leaves === 2 ** tree.depth) return undefined;
      return withTree(
        right,
        tensor,
        forgedTree(tree, { height: 0, index: leaves + random.below(2 ** tree.depth - leaves) }, randomHash()),
      );
    default:
      return withFiller(right, tensor, random);
  }
}

function withTree(right: FullTrace, tensor: number, tree: FullTree): FullTrace {
  const count = right.model.inputs.length + right.model.nodes.length;
  const trees = Array.from({ length: count }, (_, number) => (number === tensor ? tree : right.tensor(number)));
  return traceOfTrees(right, trees);
}

function withByte({ random, provable, tensors }: Truth, node: number): Uint8Array[] {
  const tensor = provable.model.inputs.length + node;
  const bytes = (tensors[tensor] ?? new Uint8Array()).slice();
  const at = random.below(bytes.length);
  const value = bytes[at] ?? 0;
  // By one as often as by anything: near misses are what a wrong rounding makes.
  bytes[at] = (value + random.pick([1, 255, 1 + random.below(255)])) % 256;
  return tensors.map((own, number) => (number === tensor ? bytes : own));
}

/** The tensors from a node on, computed again from those before. */
function recomputed(model: ExactModel, tensors: readonly Uint8Array[], from: number): Uint8Array[] {
  const result = tensors.slice(0, model.inputs.length + from);
  for (const node of model.nodes.slice(from)) result.push(computed(model, node, result, node.inputs));
  return result;
}

function computed(
  model: ExactModel,
  node: ExactNode,
  tensors: readonly Uint8Array[],
  read: readonly number[],
): Uint8Array {
  const shapes = node.inputs.map((input) => tensorShape(model, input));
  return lawNode(
    node,
    shapes,
    read.map((input) => tensors[input] ?? new Uint8Array()),
  );
}

/** The node reads a tensor of equal size in place of its own. */
function otherInput({ random, provable, tensors }: Truth, number: number): FullTrace | undefined {
  const { model } = provable;
  const node = model.nodes[number];
  const own = model.inputs.length + number;
  if (node === undefined) return undefined;
  const which = random.below(node.inputs.length);
  const size = tensors[node.inputs[which] ?? 0]?.length;
  const others = tensors.flatMap((bytes, tensor) =>
    tensor < own && tensor !== node.inputs[which] && bytes.length === size ? [tensor] : [],
  );
  if (others.length === 0) return undefined;
  const read = node.inputs.with(which, random.pick(others));
  const wrong = computed(model, node, tensors, read);
  const claimed = tensors.map((bytes, tensor) => (tensor === own ? wrong : bytes));
  return traceOf(provable, recomputed(model, claimed, number + 1));
}

/** The same model but for one constant of one node; `undefined` if that node has none. */
function otherModel(random: Random, model: ExactModel, number: number): ExactModel | undefined {
  const node = model.nodes[number];
  const changed = (bytes: Uint8Array): Uint8Array => {
    const at = random.below(bytes.length);
    return bytes.with(at, ((bytes[at] ?? 0) + 128) % 256);
  };
  let other: ExactNode;
  if (node?.kind === "Table") other = { ...node, table: changed(node.table) };
  else if (node?.kind === "Contract") other = { ...node, bias: node.bias.map((bias) => bias - 20_000) };
  else if (node?.kind === "AddMul") other = { ...node, aZero: 255 - node.aZero };
  else if (node?.kind === "ArgMax") other = { ...node, last: !node.last };
  else return undefined;
  return { ...model, nodes: model.nodes.with(number, other) };
}

function withFiller(right: FullTrace, tensor: number, random: Random): FullTrace | undefined {
  const shape = tensorShape(right.model, tensor);
  const layout = layoutOf(right, tensor);
  // The places that hold no element: where a tensor of all ones has a 0.
  const ones = wordsTree(right.keccak, tensorWords(shape, new Uint8Array(sizeOf(shape)).fill(1)));
  const places: number[] = [];
  for (let at = 0; at < layout.length; at++) if (ones.leaf(Math.floor(at / 128))?.[at % 128] === 0) places.push(at);
  if (places.length === 0) return undefined;
  layout[random.pick(places)] = 1 + random.below(255);
  const read = (first: number, count: number, into: Uint8Array, at: number) => {
    into.set(layout.subarray(first * 32, (first + count) * 32), at);
  };
  return withTree(right, tensor, wordsTree(right.keccak, { count: layout.length / 32, read }));
}

/** All bytes of a tensor's leaves. */
function layoutOf(trace: FullTrace, tensor: number): Uint8Array {
  const leaves = Math.ceil(wordsOfShape(tensorShape(trace.model, tensor)) / 4);
  const bytes = new Uint8Array(128 * leaves);
  for (let leaf = 0; leaf < leaves; leaf++) bytes.set(trace.tensor(tensor).leaf(leaf) ?? [], 128 * leaf);
  return bytes;
}

const isOutput = (model: ExactModel, node: number): boolean =>
  model.outputs.some(({ tensor }) => tensor === model.inputs.length + node);
