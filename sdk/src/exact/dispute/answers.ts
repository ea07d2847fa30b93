import { bytesToHex, keccak256 } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../../errors.ts";
import { LEAF, WORD } from "../commit/words.ts";
import type { MaxQuestion, SumsQuestion } from "./claim.ts";
import type { FullTrace } from "./claimed-trace.ts";
import { answerMax } from "./maximum.ts";
import { prefixSums, sumsBytes } from "./sums.ts";
import { resultTree } from "./result.ts";
import { traceTopHeight, traceTopOf } from "./trace-top.ts";
import type { FullTree } from "./tree.ts";

/** What a provider claims of an item: the contracts' struct of that name. */
export interface Response {
  readonly item: number;
  readonly nodesRoot: Hex;
  readonly nodes: number;
  /** keccak256 of the input ports, joined. */
  readonly inputPorts: Hex;
  /** The output ports, joined. */
  readonly outputPorts: Hex;
  readonly inputRoots: readonly Hex[];
  readonly outputRoots: readonly Hex[];
  readonly batchProof: readonly Hex[];
  readonly resultProof: readonly Hex[];
  readonly traceTop: readonly Hex[];
  /** For each output the siblings from its node's leaf up to `traceTop`; empty for an output that is an input. */
  readonly ties: readonly (readonly Hex[])[];
}

/** Which item of which batch a response is about. */
export interface RespondedItem {
  readonly item: number;
  /** Item roots of the whole batch, as they stand under `batchRoot`. */
  readonly inputItemRoots: readonly Hex[];
  /** Item roots of the whole result, as they were committed to. */
  readonly outputItemRoots: readonly Hex[];
}

/** The response that claims a trace. */
export function responseOf(trace: FullTrace, { item, inputItemRoots, outputItemRoots }: RespondedItem): Response {
  const { model, commitment, keccak } = trace;
  const inputs = model.inputs.length;
  const top = traceTopHeight(trace.trace);
  return {
    item,
    nodesRoot: trace.records.root,
    nodes: model.nodes.length,
    inputPorts: keccak256(commitment.inputPorts),
    outputPorts: bytesToHex(commitment.outputPorts),
    inputRoots: trace.inputRoots,
    outputRoots: model.outputs.map(({ tensor }) => trace.tensor(tensor).root),
    batchProof: pathOf(resultTree(keccak, inputItemRoots), item),
    resultProof: pathOf(resultTree(keccak, outputItemRoots), item),
    traceTop: traceTopOf(trace.trace),
    ties: model.outputs.map(({ tensor }) => (tensor < inputs ? [] : pathOf(trace.trace, tensor - inputs, top))),
  };
}

function pathOf(tree: FullTree, index: number, height = tree.depth): Hex[] {
  return Array.from({ length: height }, (_, level) => {
    const at = Math.floor(index / 2 ** level);
    return tree.hash(level, at % 2 === 0 ? at + 1 : at - 1);
  });
}

/**
 * What is to be shown below a demanded hash of the trace or one of its tensors: 2^levels hashes, or for 0 levels the four words of a leaf.
 * @throws GliaError `DISPUTE_HASH_UNKNOWN` if it stands nowhere in the trace.
 */
export function childrenOf(trace: FullTrace, hash: Hex, levels: number): Hex[] {
  const { inputs, nodes } = trace.model;
  let found = childrenIn(trace.trace, hash, levels);
  for (let tensor = 0; tensor < inputs.length + nodes.length && found === undefined; tensor++)
    found = childrenIn(trace.tensor(tensor), hash, levels);
  if (found !== undefined) return found;
  throw new GliaError("DISPUTE_HASH_UNKNOWN", `The hash ${hash} stands nowhere in this trace, ${levels} levels up.`, {
    kind: "input",
    hint: "Answer from the trace that was claimed: of this item, computed from the job's inputs.",
    details: { hash, levels },
  });
}

/** The same in one tree, of a result for instance; `undefined` if the hash does not stand in it. */
export function childrenIn(tree: FullTree, hash: Hex, levels: number): Hex[] | undefined {
  const place = tree.find(hash, levels);
  if (place === undefined) return undefined;
  if (levels > 0)
    return Array.from({ length: 2 ** levels }, (_, i) =>
      tree.hash(place.height - levels, place.index * 2 ** levels + i),
    );
  const leaf = place.height === 0 ? tree.leaf(place.index) : undefined;
  if (leaf === undefined) return undefined;
  return Array.from({ length: LEAF / WORD }, (_, i) => bytesToHex(leaf.subarray(i * WORD, (i + 1) * WORD)));
}

/** The bytes that answer a question for sums. */
export function answerSums(trace: FullTrace, { node, element }: Pick<SumsQuestion, "node" | "element">): Uint8Array {
  return sumsBytes(prefixSums(trace, node, element));
}

/**
 * The proof that answers where a maximum stands.
 * @throws GliaError `DISPUTE_NO_ANSWER` if the claimed value stands nowhere in the window: then the claim is wrong.
 */
export function answerMaximum(trace: FullTrace, question: MaxQuestion): Hex {
  const proof = answerMax(trace, question);
  if (proof !== undefined) return proof;
  throw new GliaError(
    "DISPUTE_NO_ANSWER",
    `No element in the window of element ${question.element} of node ${question.node} is ${question.claimed}.`,
    { kind: "refused", hint: "The claimed maximum is wrong; there is nothing to answer." },
  );
}
