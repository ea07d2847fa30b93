/** A chain in this process with the referee, and its libraries in a contract that opens them to calls. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { network } from "hardhat";
import { createPublicClient, createWalletClient, custom, parseAbi } from "viem";
import type { Abi, Address, Hex, PublicClient } from "viem";
import { hardhat } from "viem/chains";

const ARTIFACTS = join(import.meta.dirname, "../../../artifacts/contracts");

export const librariesAbi = parseAbi([
  "struct Shape { uint256 n; uint256 h; uint256 w; uint256 c; }",
  "error MalformedProof()",
  "function requantise(int256[] accs, uint256[] multipliers, uint256[] zeros) pure returns (uint256[])",
  "function dot(bytes x, bytes w, uint256 wZero) pure returns (int256)",
  "function dotOfConstant(uint256 x, bytes w, uint256 wZero) pure returns (int256)",
  "function rangeRoot(bytes data, uint256 first, uint256 count, uint256 depth) pure returns (bytes32)",
  "function hashRoot(bytes data, bytes32 hash, uint256 index, uint256 depth) pure returns (bytes32)",
  "function rootOf(bytes data) pure returns (bytes32)",
  "function placeOf(Shape shape, uint256 element) pure returns (uint256 place, uint256 depth)",
  "function attempt(address target, bytes data) view returns (bool success, bytes result)",
  "function fillers(Shape shape, uint256 count) pure returns (bool[])",
]);

/** Where the contracts stand. */
export interface RefereeChain {
  readonly client: PublicClient;
  readonly referee: Address;
  readonly libraries: Address;
  readonly close: () => Promise<void>;
}

/** Starts the chain and deploys both contracts. */
export async function startRefereeChain(): Promise<RefereeChain> {
  const connection = await network.create();
  const transport = custom(connection.provider);
  const client = createPublicClient({ chain: hardhat, transport, pollingInterval: 1 });
  const [account] = await createWalletClient({ chain: hardhat, transport }).getAddresses();
  if (account === undefined) throw new Error("The local chain must offer an account.");
  const wallet = createWalletClient({ account, chain: hardhat, transport });
  const place = async (path: string): Promise<Address> => {
    const { abi, bytecode } = JSON.parse(readFileSync(join(ARTIFACTS, path), "utf8")) as { abi: Abi; bytecode: Hex };
    const hash = await wallet.deployContract({ abi, bytecode });
    const { contractAddress } = await client.waitForTransactionReceipt({ hash });
    if (!contractAddress) throw new Error(`${path} was not deployed.`);
    return contractAddress;
  };
  return {
    client,
    referee: await place("assurance/Referee.sol/Referee.json"),
    libraries: await place("mocks/RefereeLibraries.sol/RefereeLibraries.json"),
    close: () => connection.close(),
  };
}
