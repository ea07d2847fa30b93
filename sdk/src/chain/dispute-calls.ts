import { encodeFunctionData } from "viem";
import type { Address, Hex } from "viem";
import { disputesAbi as abi } from "./abis.ts";
import type { ContractCall } from "./contract-call.ts";
import { NO_ITEM } from "./dispute-types.ts";
import type { SumsQuestion } from "../exact/dispute/index.ts";
import type { JobRef } from "./market-calls.ts";
import type { Job, JobSpec } from "./types.ts";

/** A proof about the claim that a challenge is about, which the chain keeps; `proof` as of docs/EXACT.md, "Proofs". */
export interface ClaimProof {
  readonly challenge: bigint;
  readonly proof: Hex;
}

/** Opens a challenge; `bond` in wei, at least `AssuranceClient.bondNow()` when it is mined; what is too much is owed back. Without an item the challenger looks for it in the result's tree. */
export function challengeCall(
  disputes: Address,
  { spec, job, item = NO_ITEM }: { readonly spec: JobSpec; readonly job: Job; readonly item?: number },
  bond: bigint,
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "challenge", args: [spec, job, item] });
  return { to: disputes, data, value: bond, what: "challenge the result" };
}

/** Names the item of a challenge that was opened without one. */
export function chooseItemCall(
  disputes: Address,
  { challenge, spec, item }: { readonly challenge: bigint; readonly spec: JobSpec; readonly item: number },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "chooseItem", args: [challenge, spec, item] });
  return { to: disputes, data, what: `name item ${item} as the wrong one` };
}

/** A hash in the result's tree: `height` levels above the leaves, with its siblings. */
export interface ResultHash {
  readonly challenge: bigint;
  readonly height: number;
  readonly index: number;
  readonly hash: Hex;
  readonly siblings: readonly Hex[];
}

/** Asks for what is below a hash of the result's tree. */
export function demandResultCall(
  disputes: Address,
  { challenge, spec, job, height, index, hash, siblings }: ResultHash & { readonly spec: JobSpec; readonly job: Job },
): ContractCall {
  const args = [challenge, spec, job, height, index, hash, siblings] as const;
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "demandResult", args }),
    what: "ask for the result's tree",
  };
}

/** What a challenger does with a proof: asks, or wins. */
const WITH_PROOF = {
  demand: "ask what is below a claimed hash",
  demandSums: "ask for the prefix sums",
  demandMax: "ask where the maximum stands",
  prove: "prove the result wrong",
} as const;

/** `demand`, `demandSums`, `demandMax` or `prove`. */
export function proofCall(
  disputes: Address,
  functionName: keyof typeof WITH_PROOF,
  { challenge, proof }: ClaimProof,
): ContractCall {
  const data = encodeFunctionData({ abi, functionName, args: [challenge, proof] });
  return { to: disputes, data, what: WITH_PROOF[functionName] };
}

/** Shows that one step of posted sums is wrong. */
export function proveStepCall(
  disputes: Address,
  { challenge, question, sumsRoot, proof }: ClaimProof & { readonly question: SumsQuestion; readonly sumsRoot: Hex },
): ContractCall {
  const args = [challenge, question, sumsRoot, proof] as const;
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "proveStep", args }),
    what: "prove a step of the sums wrong",
  };
}

/** What can be called with nothing but the challenge. */
const SIMPLE = {
  claimDefault: "win against a provider that fell silent",
  release: "give the bond back",
} as const;

/** `claimDefault` or `release`. */
export function challengeStepCall(
  disputes: Address,
  functionName: keyof typeof SIMPLE,
  challenge: bigint,
): ContractCall {
  const data = encodeFunctionData({ abi, functionName, args: [challenge] });
  return { to: disputes, data, what: SIMPLE[functionName] };
}

/** Ends a challenge whose challenger gives up, or fell silent. */
export function dismissCall(disputes: Address, challenge: bigint, job: Job): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "dismiss", args: [challenge, job] }),
    what: "end the challenge",
  };
}

/** Anyone: takes a job down of which a challenge was won. */
export function refuteCall(disputes: Address, { id, job }: JobRef): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "refute", args: [id, job] }),
    what: "take the job down",
  };
}

/** The buyer asks for outputs of some items as calldata; `prepaid` in wei, at least `AssuranceClient.dataPriceNow()` when it is mined. */
export function requestDataCall(
  disputes: Address,
  { spec, job, items }: { readonly spec: JobSpec; readonly job: Job; readonly items: readonly number[] },
  prepaid: bigint,
): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "requestData", args: [spec, job, items] }),
    value: prepaid,
    what: "ask for the outputs on chain",
  };
}

/** Anyone: ends a job whose provider did not post what the buyer asked for. */
export function claimDataDefaultCall(disputes: Address, { id, job }: JobRef): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "claimDataDefault", args: [id, job] }),
    what: "end the job whose outputs were not delivered",
  };
}

/** Anyone: gives the prepayment of a request for data back whose job fell through something else. */
export function releaseDataCall(disputes: Address, id: Hex): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "releaseData", args: [id] }),
    what: "give the prepayment back",
  };
}

/** Sends what bonds and prepayments left to the caller. */
export function withdrawBondsCall(disputes: Address, to: Address): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "withdraw", args: [to] }),
    what: "withdraw bonds",
  };
}
