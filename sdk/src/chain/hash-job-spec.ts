import { hashTypedData } from "viem";
import type { Hex } from "viem";
import { JOB_SPEC_TYPES, marketDomain } from "./typed-data.ts";
import type { JobSpec, MarketDomain } from "./types.ts";

/** The job id: the EIP-712 digest of the spec in the market's domain, so chain and contract are part of it. */
export function hashJobSpec(spec: JobSpec, domain: MarketDomain): Hex {
  return hashTypedData({ domain: marketDomain(domain), types: JOB_SPEC_TYPES, primaryType: "JobSpec", message: spec });
}
