import { concat, encodeAbiParameters, keccak256 } from "viem";
import type { Address, Hex } from "viem";

const RESULT = [
  { type: "bytes32" },
  { type: "address" },
  { type: "bytes32" },
  { type: "bytes32" },
  { type: "bytes32" },
] as const;
const ATTESTATION = [{ type: "bytes32" }, { type: "address" }, { type: "bytes32" }, { type: "bytes32" }] as const;

/** What a provider commits to before it knows whether the job is checked (docs/PROTOCOL.md, section 4). */
export interface CommittedResult {
  readonly jobId: Hex;
  readonly provider: Address;
  readonly resultRoot: Hex;
  readonly outputDigest: Hex;
  /** 32 bytes that nobody else can guess. */
  readonly salt: Hex;
}

/** `keccak256(abi.encode(jobId, provider, resultRoot, outputDigest, salt))`. */
export function resultCommitment({ jobId, provider, resultRoot, outputDigest, salt }: CommittedResult): Hex {
  return keccak256(encodeAbiParameters(RESULT, [jobId, provider, resultRoot, outputDigest, salt]));
}

/** Digest of sampled `itemOutputRoot`s: keccak256 of them, one after another, in the order of the sample. */
export function sampleDigest(roots: readonly Hex[]): Hex {
  return keccak256(concat(roots));
}

/** `keccak256(abi.encode(jobId, auditor, digest, salt))`: what an auditor attests, `digest` being that of the roots it computed. */
export function attestationCommitment({
  jobId,
  auditor,
  digest,
  salt,
}: {
  readonly jobId: Hex;
  readonly auditor: Address;
  readonly digest: Hex;
  readonly salt: Hex;
}): Hex {
  return keccak256(encodeAbiParameters(ATTESTATION, [jobId, auditor, digest, salt]));
}
