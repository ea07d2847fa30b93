import { createRequire } from "node:module";

import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import hardhatViemAssertions from "@nomicfoundation/hardhat-viem-assertions";
import { configVariable, defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

/** The compiler comes from npm, so that a build fetches nothing. `runs` keeps JobMarket under the size limit of a contract. */
const compiler = {
  version: "0.8.37",
  path: require.resolve("solc/soljson.js"),
  settings: {
    optimizer: { enabled: true, runs: 900 },
    viaIR: true,
    evmVersion: "cancun",
    outputSelection: { "*": { "*": ["storageLayout"] } },
  },
};

/** Where builds go; coverage sets it, because its instrumented contracts must not be deployed. */
const buildFolder = process.env["GLIA_BUILD_FOLDER"] ?? ".";

/** Depth of the randomised Solidity tests: 256 runs × 128 calls unless told otherwise. */
const runs = Number(process.env["GLIA_FUZZ_RUNS"] ?? 256);
const depth = Number(process.env["GLIA_INVARIANT_DEPTH"] ?? 128);

export default defineConfig({
  plugins: [hardhatMocha, hardhatNetworkHelpers, hardhatViem, hardhatViemAssertions],
  paths: {
    sources: "contracts",
    tests: { solidity: "test/contracts", mocha: "test/contracts" },
    artifacts: `${buildFolder}/artifacts`,
    cache: `${buildFolder}/cache`,
  },
  solidity: {
    profiles: { default: compiler, production: compiler },
    // Deployed as they are, and a token's ABI for clients.
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol",
    ],
  },
  networks: {
    hardhat: { type: "edr-simulated", chainType: "l1", chainId: 31337 },
    // What `hardhat node` serves where npm has no anvil: a block for each transaction, and one each second.
    node: {
      type: "edr-simulated",
      chainType: "l1",
      chainId: 31337,
      mining: { auto: true, interval: 1_000 },
      allowBlocksWithSameTimestamp: true,
    },
    devnet: { type: "http", chainType: "l1", url: process.env["GLIA_DEVNET_URL"] ?? "http://127.0.0.1:8545" },
    custom: {
      type: "http",
      url: configVariable("GLIA_RPC_URL"),
      accounts: [configVariable("GLIA_DEPLOYER_KEY")],
    },
  },
  test: {
    solidity: {
      fuzz: { runs, seed: "0x676c6961" },
      invariant: { runs, depth, failOnRevert: true },
    },
  },
});
