import { domainSeparator, erc20Abi, parseAbi, parseSignature } from "viem";
import type { Address, Hex, PublicClient, TypedDataDomain } from "viem";
import { signTyped } from "./sign-typed.ts";
import type { TypedSigner } from "./sign-typed.ts";

/** An EIP-2612 signature; `EMPTY_PERMIT` where an ordinary approval stands in for it. */
export interface Permit {
  readonly value: bigint;
  /** Unix seconds. */
  readonly deadline: bigint;
  readonly v: number;
  readonly r: Hex;
  readonly s: Hex;
}

const ZERO: Hex = `0x${"00".repeat(32)}`;

/** A permit that fails; the contracts try it, and go on with the approval that exists. */
export const EMPTY_PERMIT: Permit = { value: 0n, deadline: 0n, v: 0, r: ZERO, s: ZERO };

const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

const permitAbi = parseAbi([
  "function nonces(address owner) view returns (uint256)",
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function version() view returns (string)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
]);

/**
 * Signs an EIP-2612 permit of `value` token units for `spender`, or answers undefined where the token has no permit that this
 * client understands (its DOMAIN_SEPARATOR must be reproduced exactly) or the owner is a contract, which cannot sign one.
 */
export async function signPermit({
  publicClient,
  signer,
  owner,
  token,
  spender,
  value,
  deadline,
}: {
  readonly publicClient: PublicClient;
  readonly signer: TypedSigner;
  readonly owner: Address;
  readonly token: Address;
  readonly spender: Address;
  readonly value: bigint;
  readonly deadline: bigint;
}): Promise<Permit | undefined> {
  const code = await publicClient.getCode({ address: owner });
  if (code !== undefined && code !== "0x") return undefined;
  const found = await permitDomain(publicClient, token, owner);
  if (found === undefined) return undefined;
  const message = { owner, spender, value, nonce: found.nonce, deadline };
  const signature = await signTyped(signer, {
    domain: found.domain,
    types: PERMIT_TYPES,
    primaryType: "Permit",
    message,
  });
  const { r, s, yParity } = parseSignature(signature);
  return { value, deadline, v: 27 + yParity, r, s };
}

async function permitDomain(
  publicClient: PublicClient,
  token: Address,
  owner: Address,
): Promise<{ domain: TypedDataDomain; nonce: bigint } | undefined> {
  try {
    const [nonce, separator, chainId] = await Promise.all([
      publicClient.readContract({ address: token, abi: permitAbi, functionName: "nonces", args: [owner] }),
      publicClient.readContract({ address: token, abi: permitAbi, functionName: "DOMAIN_SEPARATOR" }),
      publicClient.getChainId(),
    ]);
    const { name, version } = await nameAndVersion(publicClient, token);
    const domain = { name, version, chainId, verifyingContract: token };
    return domainSeparator({ domain }) === separator ? { domain, nonce } : undefined;
  } catch {
    // No such functions, or they revert: the token has no permit.
    return undefined;
  }
}

async function nameAndVersion(publicClient: PublicClient, token: Address): Promise<{ name: string; version: string }> {
  try {
    const domain = await publicClient.readContract({ address: token, abi: permitAbi, functionName: "eip712Domain" });
    return { name: domain[1], version: domain[2] };
  } catch {
    // Tokens older than ERC-5267 say their name, and some their version.
  }
  const [name, version] = await Promise.all([
    publicClient.readContract({ address: token, abi: erc20Abi, functionName: "name" }),
    publicClient.readContract({ address: token, abi: permitAbi, functionName: "version" }).catch(() => "1"),
  ]);
  return { name, version };
}
