import { encodeFunctionData, parseAbi, recoverAddress, size } from "viem";
import type { Address, Hex, PublicClient } from "viem";

const ERC1271 = parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);
const MAGIC = "0x1626ba7e";

/**
 * Whether `signature` over `hash` is `signer`'s: an ECDSA signature of that key or, where a public client is given and the
 * account has code, the contract's own answer (ERC-1271). Never throws for a wrong signature; rejects when the RPC fails.
 */
export async function verifySignature(
  signer: Address,
  hash: Hex,
  signature: Hex,
  publicClient?: Pick<PublicClient, "getCode" | "call">,
): Promise<boolean> {
  if (await isRecovered(signer, hash, signature)) return true;
  if (publicClient === undefined) return false;
  const code = await publicClient.getCode({ address: signer });
  if (code === undefined || code === "0x") return false;
  const data = encodeFunctionData({ abi: ERC1271, functionName: "isValidSignature", args: [hash, signature] });
  try {
    const answer = await publicClient.call({ to: signer, data, gas: 1_000_000n });
    return answer.data?.length === 66 && answer.data.startsWith(MAGIC);
  } catch {
    // A contract that reverts did not approve the signature; that is an answer.
    return false;
  }
}

/** Offline part: only 65-byte signatures with the low s that OpenZeppelin's ECDSA also demands. */
async function isRecovered(signer: Address, hash: Hex, signature: Hex): Promise<boolean> {
  if (size(signature) !== 65) return false;
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  if (s > 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n) return false;
  try {
    const recovered = await recoverAddress({ hash, signature });
    return recovered.toLowerCase() === signer.toLowerCase();
  } catch {
    return false;
  }
}
