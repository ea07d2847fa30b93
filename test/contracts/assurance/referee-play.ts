/** Claims that are right but for one byte, and what the referee says of them. */
import { commitModel } from "../../../sdk/src/exact/commit/index.ts";
import { claimOf, proveBeaten, proveElement, provableModel, traceOf } from "../../../sdk/src/exact/dispute/index.ts";
import type { ClaimedTrace, FullTrace, ProvableModel } from "../../../sdk/src/exact/dispute/index.ts";
import type { ExactModel } from "../../../sdk/src/exact/model.ts";
import type { Hex } from "viem";
import { refereeAbi } from "@glia/contracts";
import type { RefereeChain } from "./referee-chain.ts";

/** One inference, right by the law. */
export interface Play {
  readonly model: ExactModel;
  readonly provable: ProvableModel;
  /** All tensors by number, inputs first. */
  readonly tensors: readonly Uint8Array[];
}

export async function playOf(model: ExactModel, tensors: readonly Uint8Array[]): Promise<Play> {
  return { model, tensors, provable: await provableModel(model, await commitModel(model)) };
}

/** A place in a node's output. */
export interface Spot {
  readonly node: number;
  readonly element: number;
}

export function valueAt({ model, tensors }: Play, { node, element }: Spot): number {
  const value = tensors[model.inputs.length + node]?.[element];
  if (value === undefined) throw new RangeError(`Node ${node} has no element ${element}.`);
  return value;
}

/** The trace of somebody who claims `value` at one place, and everything else as it is. */
export function claimWith(play: Play, { node, element }: Spot, value: number): FullTrace {
  const claimed = play.model.inputs.length + node;
  const tensors = play.tensors.map((bytes, tensor) => (tensor === claimed ? bytes.with(element, value) : bytes));
  return traceOf(play.provable, tensors);
}

/** Proof that the value at a place is wrong; that of an ArgMax names the right position. */
export function proofAt(play: Play, trace: ClaimedTrace, spot: Spot): Hex {
  return play.model.nodes[spot.node]?.kind === "ArgMax"
    ? proveBeaten(trace, { ...spot, position: valueAt(play, spot) })
    : proveElement(trace, spot.node, spot.element);
}

/** What the referee says of a proof about a trace. */
export function refutes({ client, referee }: RefereeChain, trace: ClaimedTrace, proof: Hex): Promise<boolean> {
  const args = [claimOf(trace), proof] as const;
  return client.readContract({ address: referee, abi: refereeAbi, functionName: "refutes", args });
}

/** Whether the referee finds `value` at a place wrong. */
export function findsWrong(chain: RefereeChain, play: Play, spot: Spot, value: number): Promise<boolean> {
  const trace = claimWith(play, spot, value);
  return refutes(chain, trace, proofAt(play, trace, spot));
}
