import { concatHex, hexToBigInt, keccak256, numberToHex, toRlp } from "viem";
import type { Hex, PublicClient } from "viem";
import { GliaError } from "../errors.ts";

/** Members of a block header in the order of its encoding; those from `baseFeePerGas` on came with later forks. */
const MEMBERS = [
  ["parentHash", "bytes"],
  ["sha3Uncles", "bytes"],
  ["miner", "bytes"],
  ["stateRoot", "bytes"],
  ["transactionsRoot", "bytes"],
  ["receiptsRoot", "bytes"],
  ["logsBloom", "bytes"],
  ["difficulty", "number"],
  ["number", "number"],
  ["gasLimit", "number"],
  ["gasUsed", "number"],
  ["timestamp", "number"],
  ["extraData", "bytes"],
  ["mixHash", "bytes"],
  ["nonce", "bytes"],
  ["baseFeePerGas", "number"],
  ["withdrawalsRoot", "bytes"],
  ["blobGasUsed", "number"],
  ["excessBlobGas", "number"],
  ["parentBeaconBlockRoot", "bytes"],
  ["requestsHash", "bytes"],
] as const;

/** A block as an RPC tells it. */
export type RpcHeader = Readonly<Partial<Record<(typeof MEMBERS)[number][0] | "hash", Hex | null>>>;

/**
 * The RLP encoding of a block's header, of which the block's hash is the keccak256.
 * @throws GliaError `HEADER_UNKNOWN` if it is not: the chain has members in its headers that this version does not know.
 */
export function encodeHeader(header: RpcHeader): Hex {
  const fields: Hex[] = [];
  for (const [name, type] of MEMBERS) {
    const value = header[name];
    if (value === undefined || value === null) break;
    fields.push(type === "bytes" ? value : minimal(value));
  }
  const encoded = toRlp(fields);
  if (keccak256(encoded) === header.hash) return encoded;
  throw new GliaError("HEADER_UNKNOWN", `The header of block ${header.number ?? "?"} cannot be encoded to its hash.`, {
    kind: "network",
    hint: "Use another RPC endpoint; if that does not help, update Glia: this chain's headers have new members.",
    details: { hash: header.hash ?? null },
  });
}

/**
 * Fetches and encodes the header of a block.
 * @throws GliaError `HEADER_UNKNOWN`, also where the RPC does not have the block.
 */
export async function readHeader(publicClient: PublicClient, blockNumber: bigint): Promise<Hex> {
  const block = await publicClient.request({
    method: "eth_getBlockByNumber",
    params: [numberToHex(blockNumber), false],
  });
  return encodeHeader((block ?? { number: numberToHex(blockNumber) }) as RpcHeader);
}

/** Numbers in RLP have no leading zero bytes, and zero has none at all. */
function minimal(value: Hex): Hex {
  const number = hexToBigInt(value);
  return number === 0n ? concatHex([]) : numberToHex(number, { size: Math.ceil(number.toString(16).length / 2) });
}
