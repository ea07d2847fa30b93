import { encodeFunctionData } from "viem";
import type { Address, Hex } from "viem";
import { jobMarketAbi as abi } from "./abis.ts";
import type { ContractCall } from "./contract-call.ts";
import type { Job, JobSpec, Quote, Sponsorship } from "./types.ts";

/** A job that a caller refers to. */
export interface JobRef {
  readonly id: Hex;
  readonly job: Job;
}

/** A sponsorship with its signature. */
export interface SignedSponsorship {
  readonly sponsorship: Sponsorship;
  readonly signature: Hex;
}

/** Hires the provider that signed the quote; paid from the payer's Vault balance. */
export function hireCall(
  market: Address,
  { spec, quote, signature, sponsor }: { spec: JobSpec; quote: Quote; signature: Hex; sponsor?: SignedSponsorship },
): ContractCall {
  const data =
    sponsor === undefined
      ? encodeFunctionData({ abi, functionName: "hire", args: [spec, quote, signature] })
      : encodeFunctionData({
          abi,
          functionName: "hireSponsored",
          args: [spec, quote, signature, sponsor.sponsorship, sponsor.signature],
        });
  return { to: market, data, what: "hire the provider" };
}

/** Opens an auction; `sources` tells providers where the bytes are. */
export function postCall(
  market: Address,
  { spec, sources, sponsor }: { spec: JobSpec; sources: readonly string[]; sponsor?: SignedSponsorship },
): ContractCall {
  const list = sources.join(",");
  const data =
    sponsor === undefined
      ? encodeFunctionData({ abi, functionName: "post", args: [spec, list] })
      : encodeFunctionData({
          abi,
          functionName: "postSponsored",
          args: [spec, list, sponsor.sponsorship, sponsor.signature],
        });
  return { to: market, data, what: "post the auction" };
}

/** A provider takes an auctioned job at this block's price. `collateral` in GLIA units. */
export function takeCall(
  market: Address,
  {
    spec,
    provider,
    collateral,
    allowedProof = [],
  }: { spec: JobSpec; provider: Address; collateral: bigint; allowedProof?: readonly Hex[] },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "take", args: [spec, provider, collateral, allowedProof] });
  return { to: market, data, what: "take the job" };
}

/** A provider declines an assigned job; `reason` is 32 bytes, e.g. a short ASCII code. */
export function rejectCall(market: Address, { id, job }: JobRef, reason: Hex): ContractCall {
  return {
    to: market,
    data: encodeFunctionData({ abi, functionName: "reject", args: [id, job, reason] }),
    what: "reject the job",
  };
}

/** A provider publishes the result's root and where its bytes are. */
export function revealCall(market: Address, { id, job }: JobRef, resultRoot: Hex, outputDigest: Hex): ContractCall {
  return {
    to: market,
    data: encodeFunctionData({ abi, functionName: "reveal", args: [id, job, resultRoot, outputDigest] }),
    what: "reveal the result",
  };
}

/** What can be called with nothing but the job: who may and when is a row of docs/PROTOCOL.md, section 4. */
const SIMPLE = {
  cancel: "cancel the auction",
  expire: "expire the auction",
  accept: "accept the result and pay",
  settle: "settle the job",
  defaultJob: "end the job that its provider missed",
} as const;

export type SimpleJobCall = keyof typeof SIMPLE;

/** `cancel`, `expire`, `accept`, `settle` or `defaultJob`. */
export function jobCall(market: Address, functionName: SimpleJobCall, { id, job }: JobRef): ContractCall {
  return {
    to: market,
    data: encodeFunctionData({ abi, functionName, args: [id, job] }),
    what: SIMPLE[functionName],
  };
}

/** Settles many jobs; skips those that cannot be settled. */
export function settleManyCall(market: Address, refs: readonly JobRef[]): ContractCall {
  return {
    to: market,
    data: encodeFunctionData({ abi, functionName: "settleMany", args: [refs] }),
    what: `settle ${refs.length} jobs`,
  };
}
