import { bytesToHex } from "viem";
import type { Hex } from "viem";
import { recordHash } from "../commit/commit-model.ts";
import type { ModelCommitment } from "../commit/commit-model.ts";
import { loadKeccak } from "../commit/keccak.ts";
import type { Keccak } from "../commit/keccak.ts";
import { tensorWords } from "../commit/layout.ts";
import { parameterWords } from "../commit/record.ts";
import { GliaError } from "../../errors.ts";
import { tensorShape } from "../model.ts";
import type { ExactModel, ExactNode, Shape } from "../model.ts";
import { invalidPlace } from "./errors.ts";
import { hashTree, wordsTree } from "./tree.ts";
import type { FullTree, Tree } from "./tree.ts";

/** A model with what proofs about it open. */
export interface ProvableModel {
  readonly model: ExactModel;
  readonly commitment: ModelCommitment;
  /** The tree of the records, under `nodesRoot`. */
  readonly records: FullTree;
  readonly keccak: Keccak;
  /**
   * The tree of a node's filters, table or sources.
   * @throws GliaError `DISPUTE_PLACE_INVALID` if it has none.
   */
  parameters(node: number): FullTree;
}

/** What is claimed of one item, as far as it is known. Tensors are numbered: the inputs first, then the outputs of the nodes. */
export interface ClaimedTrace extends ProvableModel {
  readonly inputRoots: readonly Hex[];
  /** The tree whose leaves are the roots of the nodes' outputs. */
  readonly trace: Tree;
  /**
   * The tree of a tensor.
   * @throws GliaError `DISPUTE_HIDDEN` if not even its root is known.
   */
  tensor(number: number): Tree;
}

/** A trace of which every byte is known: a challenger's own, or what a provider answers from. */
export interface FullTrace extends ClaimedTrace {
  readonly trace: FullTree;
  tensor(number: number): FullTree;
}

/**
 * Prepares a model for proofs. Hashes of filters are made when they are asked for.
 * @throws GliaError `EXACT_HASH_UNAVAILABLE`.
 */
export async function provableModel(model: ExactModel, commitment: ModelCommitment): Promise<ProvableModel> {
  const keccak = await loadKeccak();
  const leaves = commitment.records.map((record) => bytesToHex(recordHash(keccak, record)));
  const trees = new Map<number, FullTree>();
  const parameters = (number: number): FullTree => {
    const node = nodeOf(model, number);
    const words = parameterWords(node, inputShapes(model, node));
    if (words === undefined) throw invalidPlace(`Node ${number}, a ${node.kind}, has no filters, table or sources.`);
    const tree = trees.get(number) ?? wordsTree(keccak, words);
    trees.set(number, tree);
    return tree;
  };
  return { model, commitment, records: hashTree(keccak, leaves), keccak, parameters };
}

/**
 * The trace of one's own computation.
 * @param tensors all tensors of one inference by number, inputs first, physical: `runLaw`'s, or the runtime's
 * @throws GliaError `EXACT_TENSOR_COUNT`, `EXACT_SHAPE_INVALID`, `EXACT_TENSOR_SIZE`.
 */
export function traceOf(provable: ProvableModel, tensors: readonly Uint8Array[]): FullTrace {
  const { model, keccak } = provable;
  const count = model.inputs.length + model.nodes.length;
  if (tensors.length !== count)
    throw new GliaError("EXACT_TENSOR_COUNT", `A trace of this model has ${count} tensors, not ${tensors.length}.`, {
      kind: "input",
      hint: "Pass every tensor of the inference, inputs first.",
    });
  const trees = tensors.map((bytes, tensor) => wordsTree(keccak, tensorWords(tensorShape(model, tensor), bytes)));
  return traceOfTrees(provable, trees);
}

/** A trace from the trees of all its tensors, inputs first. */
export function traceOfTrees(provable: ProvableModel, trees: readonly FullTree[]): FullTrace {
  const roots = trees.map(({ root }) => root);
  const inputs = provable.model.inputs.length;
  return {
    ...provable,
    inputRoots: roots.slice(0, inputs),
    trace: hashTree(provable.keccak, roots.slice(inputs)),
    tensor: (number) => {
      const tree = trees[number];
      if (tree === undefined) throw invalidPlace(`There is no tensor ${number}; the trace has ${trees.length}.`);
      return tree;
    },
  };
}

/**
 * A node by its number.
 * @throws GliaError `DISPUTE_PLACE_INVALID` if there is none.
 */
export function nodeOf({ nodes }: ExactModel, number: number): ExactNode {
  const node = nodes[number];
  if (node === undefined) throw invalidPlace(`There is no node ${number}; the model has ${nodes.length}.`);
  return node;
}

/** Shapes of what a node reads. */
export function inputShapes(model: ExactModel, node: ExactNode): Shape[] {
  return node.inputs.map((input) => tensorShape(model, input));
}
