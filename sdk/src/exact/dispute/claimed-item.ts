import { concat, hexToBytes, keccak256 } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../../errors.ts";
import { tensorWords } from "../commit/layout.ts";
import { tensorShape } from "../model.ts";
import type { Claim } from "./claim.ts";
import type { ClaimedTrace, FullTrace } from "./claimed-trace.ts";
import { hidden } from "./errors.ts";
import { Preimages, knownTree } from "./known-tree.ts";
import { wordsTree } from "./tree.ts";
import type { Tree } from "./tree.ts";

/** What a provider claimed of an item when it responded: the event `ItemResponded`. */
export interface ClaimedRoots {
  readonly claim: Claim;
  readonly inputRoots: readonly Hex[];
  readonly traceTop: readonly Hex[];
}

/** What is claimed of an item and what was learned of it since. */
export interface ClaimedItem extends ClaimedTrace {
  readonly claim: Claim;
  /**
   * Learns what was shown below a hash: the event `Shown`. Four words below a leaf count as its bytes.
   * @param levels as the hash was demanded with
   * @throws GliaError `DISPUTE_SHOWN_WRONG`; nothing is learned then.
   */
  learn(hash: Hex, levels: number, children: readonly Hex[]): void;
  /**
   * Offers the bytes of a whole tensor, of any provenance: delivered outputs, a trace that the provider serves.
   * @param bytes physical
   * @returns Whether they are what is claimed; if not, nothing is learned.
   */
  learnTensor(number: number, bytes: Uint8Array): boolean;
}

/**
 * Begins with what the provider claimed. Where a claimed root is that of one's own trace, the whole tensor is known.
 * @param own the trace of one's own computation on the item's true inputs
 * @throws GliaError `DISPUTE_CLAIM_OTHER` if the claim is about another model or other inputs; `DISPUTE_SHOWN_WRONG`.
 */
export function claimedItem(own: FullTrace, { claim, inputRoots, traceTop }: ClaimedRoots): ClaimedItem {
  checkClaim(own, claim, inputRoots);
  const { model, keccak } = own;
  const shown = new Preimages(keccak);
  if (own.trace.depth > 0) shown.learn(claim.traceRoot, traceTop);
  const trace = knownTree(claim.traceRoot, own.trace.depth, shown, own.trace);
  const offered = new Map<number, Tree>();
  const tensor = (number: number): Tree => {
    const ownTree = own.tensor(number);
    if (number < inputRoots.length) return ownTree;
    const root = trace.hash(0, number - inputRoots.length);
    if (root === undefined) throw hidden(`The claimed root of tensor ${number}`);
    if (root === ownTree.root) return ownTree;
    const known = offered.get(number);
    return known?.root === root ? known : knownTree(root, ownTree.depth, shown, ownTree);
  };
  return {
    ...own,
    claim,
    trace,
    tensor,
    learn: (hash, levels, children) => {
      if (levels > 0) shown.learn(hash, children);
      else shown.learnLeaf(hash, hexToBytes(concat(children)));
    },
    learnTensor: (number, bytes) => {
      const tree = wordsTree(keccak, tensorWords(tensorShape(model, number), bytes));
      offered.set(number, tree);
      return tensor(number).root === tree.root;
    },
  };
}

function checkClaim(own: FullTrace, claim: Claim, inputRoots: readonly Hex[]): void {
  const sameModel =
    claim.nodesRoot.toLowerCase() === own.records.root &&
    claim.nodes === own.model.nodes.length &&
    claim.inputs === own.model.inputs.length;
  const sameInputs = keccak256(concat(own.inputRoots)) === claim.inputRoots.toLowerCase();
  if (sameModel && sameInputs && inputRoots.length === own.inputRoots.length) return;
  throw new GliaError(
    "DISPUTE_CLAIM_OTHER",
    `The claim is about other ${sameModel ? "inputs" : "nodes"} than one's own computation.`,
    {
      kind: "verification",
      hint: "The chain ties a claim to the job's model and inputs: take those of the job, and this very item.",
      details: { nodesRoot: claim.nodesRoot, inputRoots: claim.inputRoots },
    },
  );
}
