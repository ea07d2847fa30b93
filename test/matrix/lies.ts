/** What a provider claims of a batch in which one item is wrong in one way, and what is right. */
import { bytesToHex, concat, keccak256 } from "viem";
import type { Hex } from "viem";
import { commitModel, itemRootOfRoots, tensorWords, wordsOfShape } from "../../sdk/src/exact/commit/index.ts";
import { provableModel, resultTree, traceOf, traceOfTrees, wordsTree } from "../../sdk/src/exact/dispute/index.ts";
import type { FullTrace, FullTree, ProvableModel } from "../../sdk/src/exact/dispute/index.ts";
import { lawNode, runLaw } from "../../sdk/src/exact/law/index.ts";
import { sizeOf, tensorShape } from "../../sdk/src/exact/model.ts";
import type { ExactModel } from "../../sdk/src/exact/model.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { forgedTree } from "../exact/forged-tree.ts";
import { CELLS, FORGED, LONG_KINDS } from "./cells.ts";
import type { Cell, Fault, Kind } from "./cells.ts";
import { otherModel, subjectOf } from "./models.ts";
import type { Subject } from "./models.ts";

/** A batch, the right traces of its items, and the claimed ones. */
export interface Claimed {
  readonly subject: Subject;
  readonly provable: ProvableModel;
  /** The item that is wrong, if one is. */
  readonly item: number;
  /** All tensors of each item by number, right and as claimed. */
  readonly tensors: readonly (readonly Uint8Array[])[];
  readonly claimedTensors: readonly (readonly Uint8Array[])[];
  readonly claimed: readonly FullTrace[];
  /** Item roots: of the inputs, of the right results, of the claimed ones. */
  readonly inputRoots: readonly Hex[];
  readonly rightRoots: readonly Hex[];
  readonly outputRoots: readonly Hex[];
  readonly batchRoot: Hex;
  readonly resultRoot: Hex;
}

const ITEMS = 3;
const WRONG = 1;

/** The batch of a cell. */
export async function claimedIn(cell: Cell): Promise<Claimed> {
  const { kind, fault, route } = cell;
  const long = route === "long dot product";
  // What is forged in the node's tree is the result; a forged trace has a right one.
  const isResult = route === "delivered data" || (FORGED.includes(fault) && fault !== "a random hash in the trace");
  const subject = subjectOf(kind, {
    long,
    // In another item's trace what differs first must be this node.
    first: fault === "the trace of another item" || (long && kind === "MaxPool"),
    output: isResult,
    blind: fault === "a wrong trace with the right output",
    deep: fault === "a random hash in the trace",
    seed: 1 + CELLS.indexOf(cell),
  });
  return claim(subject, { fault, long: long && LONG_KINDS.includes(kind), seed: 1_000 + CELLS.indexOf(cell) });
}

/** The batch of an honest provider, on a small model of this kind. */
export async function rightOf(kind: Kind, seed: number): Promise<Claimed> {
  const options = { long: false, first: false, output: true, blind: false, deep: false, seed };
  return claim(subjectOf(kind, options), { fault: undefined, long: false, seed });
}

interface Lie {
  readonly fault: Fault | undefined;
  readonly long: boolean;
  readonly seed: number;
}

async function claim(subject: Subject, lie: Lie): Promise<Claimed> {
  const { model } = subject;
  const random = createRandom(lie.seed);
  const provable = await provableModel(model, await commitModel(model));
  const inputs = Array.from({ length: ITEMS }, (_, item) =>
    // The higher an item, the larger its bytes, so that it tells from its maxima.
    model.inputs.map(({ shape }) => random.bytes(sizeOf(shape)).map((byte) => byte % (100 + 40 * item))),
  );
  const tensors = inputs.map((read) => runLaw(model, read));
  const right = tensors.map((all) => traceOf(provable, all));
  const claimedTensors = tensors.map((all, item) =>
    item === WRONG ? wrongTensors(subject, all, tensors[item + 1] ?? all, lie) : all,
  );
  const claimed = claimedTensors.map((all, item) => {
    const trace = traceOf(provable, all);
    return item === WRONG && lie.fault !== undefined
      ? forged(subject, trace, { fault: lie.fault, tensors: all })
      : trace;
  });
  const outputRoots = claimed.map((trace, item) =>
    item === WRONG && lie.fault === "a random item root" ? randomHash(1) : outputRoot(trace),
  );
  const inputRoots = right.map((trace) => itemRootOfRoots(trace.inputRoots));
  const { root } = resultTree(provable.keccak, outputRoots);
  const wrong = claimed[WRONG]?.trace.root !== right[WRONG]?.trace.root || outputRoots[WRONG] !== outputRoot(right[WRONG]); // prettier-ignore
  if (lie.fault !== undefined && lie.fault !== "a random result root" && !wrong)
    throw new Error(`Nothing of "${lie.fault}" is wrong.`);
  return {
    ...{ subject, provable, item: WRONG, tensors, claimedTensors, claimed, inputRoots, outputRoots },
    rightRoots: right.map(outputRoot),
    batchRoot: resultTree(provable.keccak, inputRoots).root,
    resultRoot: lie.fault === "a random result root" ? randomHash(2) : root,
  };
}

/** Faults in the bytes that are claimed, everything behind them computed from them. */
function wrongTensors(
  subject: Subject,
  right: readonly Uint8Array[],
  other: readonly Uint8Array[],
  { fault, long, seed }: Lie,
): readonly Uint8Array[] {
  const { model, node } = subject;
  const inputs = model.inputs.length;
  switch (fault) {
    case "a wrong output":
    case "a wrong trace with the right output":
      return recomputed(model, withByte(subject, right, { long, seed }), node + 1);
    case "an index behind the end":
      return recomputed(model, withValue(right, inputs + node, { at: seed % 300, value: 200 }), node + 1);
    case "the trace of another item":
      return [...right.slice(0, inputs), ...other.slice(inputs)];
    case "the right trace of another model":
      return runLaw(otherModel(subject), right.slice(0, inputs));
    default:
      return right;
  }
}

interface Place {
  readonly at: number;
  readonly value: number;
}

function withValue(tensors: readonly Uint8Array[], tensor: number, { at, value }: Place): Uint8Array[] {
  return tensors.map((bytes, number) => (number === tensor ? bytes.with(at, value) : bytes));
}

/** Another value at an element of the node; one that an ArgMax could have. */
function withByte({ model, node }: Subject, right: readonly Uint8Array[], { long, seed }: Omit<Lie, "fault">) {
  const tensor = model.inputs.length + node;
  const bytes = right[tensor] ?? new Uint8Array();
  const law = model.nodes[node];
  const at = (7 * seed) % bytes.length;
  const old = bytes[at] ?? 0;
  if (law?.kind === "ArgMax") return withValue(right, tensor, { at, value: (old + 1) % law.length });
  // Only too large a maximum of a long window takes more than one element to refute.
  const value = law?.kind === "MaxPool" && long ? 255 : (old + 1 + (seed % 255)) % 256;
  return withValue(right, tensor, { at, value });
}

function recomputed(model: ExactModel, tensors: readonly Uint8Array[], from: number): Uint8Array[] {
  const result = tensors.slice(0, model.inputs.length + from);
  for (const node of model.nodes.slice(from)) {
    const shapes = node.inputs.map((input) => tensorShape(model, input));
    const read = node.inputs.map((input) => result[input] ?? new Uint8Array());
    result.push(lawNode(node, shapes, read));
  }
  return result;
}

/** Faults in the hashes over bytes that are right. */
function forged(
  { model, node }: Subject,
  trace: FullTrace,
  { fault, tensors }: { readonly fault: Fault; readonly tensors: readonly Uint8Array[] },
): FullTrace {
  const tensor = model.inputs.length + node;
  const tree = trace.tensor(tensor);
  const leaves = Math.ceil(wordsOfShape(tensorShape(model, tensor)) / 4);
  const at = (height: number, index: number, hash = randomHash(3)) =>
    withTree(trace, tensor, forgedTree(tree, { height, index }, hash));
  switch (fault) {
    case "junk in a filler byte":
      return withTree(trace, tensor, withFiller(trace, tensor, tensors[tensor] ?? new Uint8Array()));
    case "a leaf behind the last":
      return at(0, leaves);
    case "an inner node in a leaf's place":
      return at(0, 2, keccak256(concat(["0x01", tree.hash(0, 0), tree.hash(0, 1)])));
    case "a random leaf":
      return at(0, 1);
    case "a random inner hash":
      return at(1, 0);
    case "a random tensor root":
      return at(tree.depth, 0);
    case "a random hash in the trace":
      return { ...trace, trace: forgedTree(trace.trace, { height: 1, index: Math.floor(node / 2) }, randomHash(4)) };
    default:
      return trace;
  }
}

function withTree(trace: FullTrace, tensor: number, tree: FullTree): FullTrace {
  const count = trace.model.inputs.length + trace.model.nodes.length;
  const trees = Array.from({ length: count }, (_, number) => (number === tensor ? tree : trace.tensor(number)));
  return traceOfTrees(trace, trees);
}

/** The tensor's layout with something in the last byte of its first pixel, which holds no channel. */
function withFiller(trace: FullTrace, tensor: number, bytes: Uint8Array): FullTree {
  const words = tensorWords(tensorShape(trace.model, tensor), bytes);
  const filler = 64 - 1;
  return wordsTree(trace.keccak, {
    count: words.count,
    read: (first, count, into, at) => {
      words.read(first, count, into, at);
      const word = Math.floor(filler / 32);
      if (first <= word && word < first + count) into[at + 32 * (word - first) + (filler % 32)] = 1;
    },
  });
}

function outputRoot(trace: FullTrace | undefined): Hex {
  if (trace === undefined) throw new RangeError(`The batch has ${ITEMS} items.`);
  return itemRootOfRoots(trace.model.outputs.map(({ tensor }) => trace.tensor(tensor).root));
}

const randomHash = (seed: number): Hex => bytesToHex(createRandom(seed).bytes(32));
