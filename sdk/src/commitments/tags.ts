import { keccak256, stringToBytes } from "viem";
import type { Hex } from "viem";

/** Hash of a domain tag: no two kinds of hash in the protocol share one. */
export function tagHash(tag: string): Hex {
  return keccak256(stringToBytes(tag));
}
