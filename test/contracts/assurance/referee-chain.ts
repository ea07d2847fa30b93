/** A chain in this process with the referee, and its libraries in a contract that opens them to calls. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { network } from "hardhat";
import { createPublicClient, createWalletClient, custom, parseAbi } from "viem";
import type { Abi, Address, Hex, PublicClient } from "viem";
import { hardhat } from "viem/chains";

const ARTIFACTS = join(import.meta.dirname, "../../../artifacts/contracts");

export const refereeAbi = parseAbi([
  "struct Claim { bytes32 nodesRoot; bytes32 inputRoots; bytes32 traceRoot; uint32 nodes; uint32 inputs; }",
  "struct SumsQuestion { uint32 node; uint32 element; uint32 steps; uint32 multiplier; int64 bias; uint8 yZero; uint8 claimed; }",
  "struct MaxQuestion { uint32 node; uint32 element; uint8 claimed; }",
  "error MalformedProof()",
  "error WrongRoot(bytes32 found, bytes32 claimed)",
  "error WrongKind(uint256 kind)",
  "error WrongSums()",
  "function refutes(Claim claim, bytes proof) view returns (bool)",
  "function locate(Claim claim, bytes proof) view returns (bytes32 hash, uint8 levels)",
  "function sumsQuestion(Claim claim, bytes proof) view returns (SumsQuestion question)",
  "function sumsRoot(SumsQuestion question, bytes sums) view returns (bytes32)",
  "function refutesStep(Claim claim, SumsQuestion question, bytes32 root, bytes proof) view returns (bool)",
  "function maxQuestion(Claim claim, bytes proof) view returns (MaxQuestion question)",
  "function answersMax(Claim claim, MaxQuestion question, bytes proof) view returns (bool)",
]);

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
