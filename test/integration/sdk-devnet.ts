import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gliaTokenAbi, providerRegistryAbi, testTokenAbi } from "@glia/contracts";
import type { Deployment as DeploymentFile } from "@glia/contracts";
import { deploy } from "@glia/contracts/deploy";
import { addressesOf, createMarketClient } from "@glia/sdk";
import type { Deployment, MarketClient } from "@glia/sdk";
import { createPublicClient, createTestClient, createWalletClient, defineChain, http, parseEther } from "viem";
import type { Address, PublicClient } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import type { HDAccount } from "viem/accounts";

const MNEMONIC = "test test test test test test test test test test test junk";
/** Enough for any of the calls here: an estimate runs in the second of the block before, where GLIA's vote checkpoint is already written and costs less. */
const GAS = 1_000_000n;
const STAKE = parseEther("100000");

/** A local chain with Glia on it, and funded accounts. */
export interface Devnet {
  readonly publicClient: PublicClient;
  readonly file: DeploymentFile;
  readonly deployment: Deployment;
  readonly token: Address;
  /** The next account that no test has used; it holds native coin. */
  account(): HDAccount;
  /** A client whose wallet is the account's. */
  clientOf(account: HDAccount): MarketClient;
  /** Gives token units (and nothing else) to an account. */
  mint(to: Address, amount: bigint): Promise<void>;
  /** Stakes and registers a provider. */
  register(owner: HDAccount, operator: Address, endpoint: string): Promise<void>;
  setBalance(address: Address, value: bigint): Promise<void>;
  /** Lets chain time pass. */
  pass(seconds: number): Promise<void>;
  /** Remembers the chain as it is; the function that this gives makes another chain of it from there, longer by `blocks`. */
  fork(): Promise<(blocks: number) => Promise<void>>;
  stop(): Promise<void>;
}

/** Starts anvil (which also answers to the hardhat_ methods), or Hardhat's node where anvil is not installed, and deploys the devnet profile. */
export async function startDevnet(): Promise<Devnet> {
  const { child, url } = await startNode();
  try {
    return await deployed(child, url);
  } catch (error) {
    child.kill("SIGTERM");
    throw error;
  }
}

async function deployed(child: ChildProcess, url: string): Promise<Devnet> {
  const chain = defineChain({
    id: 31337,
    name: "devnet",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });
  const transport = http(url, { retryCount: 0 });
  const publicClient = createPublicClient({ chain, transport, pollingInterval: 20, cacheTime: 0 });
  const testClient = createTestClient({ chain, transport, mode: "hardhat" });
  const walletOf = (account: HDAccount) => createWalletClient({ account, chain, transport });
  const deployer = mnemonicToAccount(MNEMONIC, { addressIndex: 0 });
  const { deployment: file } = await deploy({ publicClient, walletClient: walletOf(deployer), profile: "devnet" });
  const deployment = addressesOf(file);
  const token = file.tokens[0]?.address;
  if (token === undefined) throw new Error("The devnet lists no test token.");
  let used = 0;

  const confirmed = async (hash: `0x${string}`): Promise<void> => {
    const { status } = await publicClient.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`The transaction ${hash} was reverted.`);
  };
  const glia = { address: deployment.glia, abi: gliaTokenAbi } as const;
  const registry = { address: deployment.registry, abi: providerRegistryAbi } as const;

  return {
    publicClient,
    file,
    deployment,
    token,
    account: () => {
      used += 1;
      if (used > 9) throw new Error("The devnet has nine accounts for tests.");
      return mnemonicToAccount(MNEMONIC, { addressIndex: used });
    },
    clientOf: (account) => createMarketClient({ publicClient, walletClient: walletOf(account), deployment }),
    mint: async (to, amount) => {
      const { request } = await publicClient.simulateContract({
        account: deployer,
        address: token,
        abi: testTokenAbi,
        functionName: "mint",
        args: [to, amount],
      });
      await confirmed(await walletOf(deployer).writeContract(request));
    },
    register: async (owner, operator, endpoint) => {
      const wallet = walletOf(owner);
      await confirmed(
        await walletOf(deployer).writeContract({
          ...glia,
          gas: GAS,
          functionName: "transfer",
          args: [owner.address, STAKE],
        }),
      );
      await confirmed(
        await wallet.writeContract({ ...glia, gas: GAS, functionName: "approve", args: [deployment.registry, STAKE] }),
      );
      await confirmed(
        await wallet.writeContract({ ...registry, gas: GAS, functionName: "stake", args: [deployment.market, STAKE] }),
      );
      await confirmed(
        await wallet.writeContract({ ...registry, gas: GAS, functionName: "register", args: [operator, 0n, endpoint] }),
      );
    },
    setBalance: (address, value) => testClient.setBalance({ address, value }),
    pass: async (seconds) => {
      await testClient.increaseTime({ seconds });
      await testClient.mine({ blocks: 1 });
    },
    fork: async () => {
      const id = await testClient.snapshot();
      return async (blocks) => {
        await testClient.revert({ id });
        await testClient.mine({ blocks });
      };
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function startNode(): Promise<{ child: ChildProcess; url: string }> {
  const [command, args] = nodeCommand();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const started = new Promise<string>((resolve, reject) => {
    lines.on("line", (line) => {
      const address = /127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (/listening|started/i.test(line) && address !== undefined) resolve(`http://${address}`);
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`The development chain ended with code ${code}.`));
    });
  });
  const late = delay(30_000, undefined, { ref: false }).then(() => {
    throw new Error("The development chain did not start within 30 s.");
  });
  return { child, url: await Promise.race([started, late]) };
}

function nodeCommand(): [string, string[]] {
  const require = createRequire(import.meta.url);
  const modules = join(import.meta.dirname, "../../node_modules");
  const anvil = join(modules, "@foundry-rs/anvil-linux-amd64/bin/anvil");
  if (existsSync(anvil)) return [anvil, ["--port", "0", "--chain-id", "31337", "--accounts", "10"]];
  const hardhat = join(dirname(require.resolve("hardhat/package.json")), "dist/src/cli.js");
  return [process.execPath, [hardhat, "node", "--hostname", "127.0.0.1", "--port", "0", "--chain-id", "31337"]];
}
