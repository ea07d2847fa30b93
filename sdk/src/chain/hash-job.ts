import { encodeAbiParameters, keccak256 } from "viem";
import type { Job } from "./types.ts";

const JOB_TUPLE = [
  {
    type: "tuple",
    components: [
      { name: "buyer", type: "address" },
      { name: "payer", type: "address" },
      { name: "provider", type: "address" },
      { name: "operator", type: "address" },
      { name: "token", type: "address" },
      { name: "money", type: "uint256" },
      { name: "terms", type: "uint256" },
      { name: "module", type: "address" },
      { name: "moduleData", type: "bytes32" },
      { name: "resultRoot", type: "bytes32" },
    ],
  },
] as const;

/** What the chain keeps of a job struct: the low 232 bits of the hash of its encoding. */
export function hashJob(job: Job): bigint {
  return BigInt.asUintN(232, BigInt(keccak256(encodeAbiParameters(JOB_TUPLE, [job]))));
}
