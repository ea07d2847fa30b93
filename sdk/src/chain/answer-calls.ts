import { encodeFunctionData } from "viem";
import type { Address, Hex } from "viem";
import type { MaxQuestion, Response, SumsQuestion } from "../exact/dispute/index.ts";
import { disputesAbi as abi } from "./abis.ts";
import type { ContractCall } from "./contract-call.ts";
import type { ClaimProof } from "./dispute-calls.ts";
import type { ItemData } from "./dispute-types.ts";
import type { Job, JobSpec } from "./types.ts";

/** Provider, operator or delegate: says how an item's output came about. */
export function respondCall(
  disputes: Address,
  { spec, job, response }: { readonly spec: JobSpec; readonly job: Job; readonly response: Response },
): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "respond", args: [spec, job, response] }),
    what: `answer the challenge of item ${response.item}`,
  };
}

/** Anyone: shows what is below a demanded hash, `2^levels` hashes, or a leaf's four words at 0 levels. */
export function showCall(
  disputes: Address,
  {
    challenge,
    hash,
    levels,
    children,
  }: { readonly challenge: bigint; readonly hash: Hex; readonly levels: number; readonly children: readonly Hex[] },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "show", args: [challenge, hash, levels, children] });
  return { to: disputes, data, what: "show what is below a hash" };
}

/** Provider, operator or delegate: posts prefix sums, big-endian int32 each. */
export function postSumsCall(
  disputes: Address,
  {
    challenge,
    job,
    question,
    sums,
  }: { readonly challenge: bigint; readonly job: Job; readonly question: SumsQuestion; readonly sums: Hex },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "postSums", args: [challenge, job, question, sums] });
  return { to: disputes, data, what: "post the prefix sums" };
}

/** Anyone: shows where a claimed maximum stands. */
export function answerMaxCall(
  disputes: Address,
  { challenge, question, proof }: ClaimProof & { readonly question: MaxQuestion },
): ContractCall {
  const args = [challenge, question, proof] as const;
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "answerMax", args }),
    what: "show where the maximum stands",
  };
}

/** Anyone: posts the outputs of an item that the buyer asked for. */
export function postDataCall(
  disputes: Address,
  { spec, job, item }: { readonly spec: JobSpec; readonly job: Job; readonly item: ItemData },
): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "postData", args: [spec, job, item] }),
    what: `post the outputs of item ${item.item}`,
  };
}

/** A provider lets `delegate` answer for it, or no longer. */
export function setDelegateCall(disputes: Address, delegate: Address, allowed: boolean): ContractCall {
  return {
    to: disputes,
    data: encodeFunctionData({ abi, functionName: "setDelegate", args: [delegate, allowed] }),
    what: allowed ? "let another account answer challenges" : "withdraw the right to answer challenges",
  };
}
