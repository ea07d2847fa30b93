import { attestationCommitment, sampleDigest } from "@glia/sdk";
import type { Address, Hex } from "viem";

import type { AttestationRecord } from "../../adapters/store/audits.ts";

/** What the chain is told of a recorded attestation. */
export function commitmentOf(auditor: Address, { jobId, roots, salt }: AttestationRecord): Hex {
  return attestationCommitment({ jobId, auditor, digest: sampleDigest(roots), salt });
}
