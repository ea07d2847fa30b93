/** Reads compiled contracts from Hardhat's artifacts. Node only; the browser-safe door of this package is index.ts. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Abi, Hex } from "viem";

/** One compiled contract. */
export interface Artifact {
  readonly contractName: string;
  readonly sourceName: string;
  readonly abi: Abi;
  /** Creation code. */
  readonly bytecode: Hex;
  readonly deployedBytecode: Hex;
}

const ROOT = resolve(import.meta.dirname, "../artifacts");

/** Where Hardhat puts each contract that other packages may load. */
const SOURCES = {
  AccessManager: "@openzeppelin/contracts/access/manager/AccessManager.sol",
  Assurance: "contracts/assurance/Assurance.sol",
  BlockhashBeacon: "contracts/assurance/beacons/BlockhashBeacon.sol",
  Disputes: "contracts/assurance/Disputes.sol",
  GliaToken: "contracts/token/GliaToken.sol",
  HeaderBeacon: "contracts/assurance/beacons/HeaderBeacon.sol",
  IERC20Metadata: "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol",
  JobMarket: "contracts/market/JobMarket.sol",
  ProviderRegistry: "contracts/registry/ProviderRegistry.sol",
  Referee: "contracts/assurance/Referee.sol",
  TestToken: "contracts/mocks/TestToken.sol",
  Vault: "contracts/vault/Vault.sol",
} as const;

export type ContractName = keyof typeof SOURCES;

/** Names of all contracts that {@link loadArtifact} knows. */
export const contractNames = Object.keys(SOURCES) as readonly ContractName[];

/**
 * Loads a compiled contract.
 *
 * @throws if the contracts were not compiled; `npm run compile` does that.
 */
export function loadArtifact(name: ContractName): Artifact {
  const file = resolve(ROOT, SOURCES[name], `${name}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Artifact;
  } catch (cause) {
    throw new Error(`The contract ${name} is not compiled: ${file} cannot be read. Run: npm run compile`, { cause });
  }
}
