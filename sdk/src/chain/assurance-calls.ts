import { encodeFunctionData } from "viem";
import type { Address, Hex } from "viem";
import { assuranceAbi as abi } from "./abis.ts";
import type { Reveal } from "./audit-types.ts";
import type { ContractCall } from "./contract-call.ts";
import type { JobRef } from "./market-calls.ts";
import type { Job, JobSpec } from "./types.ts";

/** A provider or its operator commits to a result; `commitment` is `resultCommitment`. */
export function commitCall(
  assurance: Address,
  { spec, job, commitment }: { readonly spec: JobSpec; readonly job: Job; readonly commitment: Hex },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "commit", args: [spec, job, commitment] });
  return { to: assurance, data, what: "commit to the result" };
}

/** An auditor or its operator attests what it computed; `attestation` is `attestationCommitment`. */
export function attestCall(
  assurance: Address,
  {
    id,
    job,
    auditor,
    attestation,
    seedProof = "0x",
  }: JobRef & { readonly auditor: Address; readonly attestation: Hex; readonly seedProof?: Hex },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "attest", args: [id, job, auditor, attestation, seedProof] });
  return { to: assurance, data, what: "attest the audit" };
}

/** Anyone: draws auditors once more where none attested in time. */
export function redrawCall(
  assurance: Address,
  { id, seedProof = "0x" }: { readonly id: Hex; readonly seedProof?: Hex },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "redraw", args: [id, seedProof] });
  return { to: assurance, data, what: "draw auditors again" };
}

/** Publishes the result of a job that has a module; anyone who knows the salt of an audited job. */
export function moduleRevealCall(assurance: Address, { id, job }: JobRef, reveal: Reveal): ContractCall {
  return {
    to: assurance,
    data: encodeFunctionData({ abi, functionName: "reveal", args: [id, job, reveal] }),
    what: "reveal the result",
  };
}

/** Anyone: ends a job that was attested and not revealed in time. */
export function defaultAuditedCall(assurance: Address, { id, job }: JobRef): ContractCall {
  return {
    to: assurance,
    data: encodeFunctionData({ abi, functionName: "defaultAudited", args: [id, job] }),
    what: "end the job that was attested and not revealed",
  };
}

/** Opens an attestation; `revealedRoots` are the provider's where they differ from the auditor's, else empty. */
export function claimAuditCall(
  assurance: Address,
  {
    id,
    auditor,
    roots,
    salt,
    revealedRoots = [],
  }: {
    readonly id: Hex;
    readonly auditor: Address;
    readonly roots: readonly Hex[];
    readonly salt: Hex;
    readonly revealedRoots?: readonly Hex[];
  },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "claimAudit", args: [id, auditor, roots, salt, revealedRoots] });
  return { to: assurance, data, what: "open the attestation" };
}

/** What is done about one auditor's attestation by whoever cares. */
const ABOUT_AUDITOR = {
  forfeit: "take the bond of an attestation that was not opened",
  closeAudit: "close the audit",
} as const;

/** `forfeit` or `closeAudit`. */
export function auditCall(
  assurance: Address,
  functionName: keyof typeof ABOUT_AUDITOR,
  { id, auditor }: { readonly id: Hex; readonly auditor: Address },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName, args: [id, auditor] });
  return { to: assurance, data, what: ABOUT_AUDITOR[functionName] };
}

/** Anyone: pays the reward of a refuted job to its challenger. */
export function claimRewardCall(assurance: Address, id: Hex): ContractCall {
  return {
    to: assurance,
    data: encodeFunctionData({ abi, functionName: "claimReward", args: [id] }),
    what: "claim the challenger's reward",
  };
}

/** Makes `amount` GLIA units of the caller's free stake at the module auditing stake. */
export function enrolCall(assurance: Address, amount: bigint): ContractCall {
  return {
    to: assurance,
    data: encodeFunctionData({ abi, functionName: "enrol", args: [amount] }),
    what: "enrol as auditor",
  };
}

/** Takes `amount` GLIA units out of the draw; they are free after the delay. */
export function startLeavingCall(assurance: Address, amount: bigint): ContractCall {
  return {
    to: assurance,
    data: encodeFunctionData({ abi, functionName: "startLeaving", args: [amount] }),
    what: "leave the auditors",
  };
}

/** Frees the stake of an auditor whose delay is over. */
export function finishLeavingCall(assurance: Address): ContractCall {
  return {
    to: assurance,
    data: encodeFunctionData({ abi, functionName: "finishLeaving" }),
    what: "free the auditing stake",
  };
}

/** Anyone: gives back the pot of a job that was rejected, or defaulted without an attestation. */
export function returnPotCall(
  assurance: Address,
  { spec, job }: { readonly spec: JobSpec; readonly job: Job },
): ContractCall {
  const data = encodeFunctionData({ abi, functionName: "returnPot", args: [spec, job] });
  return { to: assurance, data, what: "give the audit pot back" };
}
