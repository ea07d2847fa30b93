/** A local chain with the contracts, a buyer and a provider, on which the gas benchmark plays. */
import { deploy, type DeployerClient } from "@glia/contracts/deploy";
import type { Deployment } from "@glia/contracts";
import { network } from "hardhat";
import {
  createPublicClient,
  createWalletClient,
  custom,
  keccak256,
  maxUint256,
  parseEther,
  stringToHex,
  type Abi,
  type Address,
  type PublicClient,
  type TransactionReceipt,
} from "viem";
import { privateKeyToAccount, type PrivateKeyAccount } from "viem/accounts";
import { hardhat } from "viem/chains";

import { gliaTokenAbi, providerRegistryAbi, testTokenAbi, vaultAbi } from "@glia/contracts";

/** Gas that every transaction of the benchmark may use; only a limit. */
const GAS_LIMIT = 15_000_000n;

export interface Call {
  readonly to: Address;
  readonly abi: Abi;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Wei that go along. */
  readonly value?: bigint;
}

/** Sends a call and waits for it; throws if it reverts. */
export type Send = (from: Address, call: Call) => Promise<TransactionReceipt>;

export interface World extends Deployment {
  readonly client: PublicClient;
  readonly send: Send;
  readonly mine: (seconds: number) => Promise<void>;
  readonly buyer: Address;
  readonly provider: Address;
  readonly stranger: Address;
  /** An account that has done nothing yet. */
  readonly newcomer: () => Address;
  /** Signs quotes. */
  readonly operator: PrivateKeyAccount;
  readonly token: Address;
  readonly close: () => Promise<void>;
}

/** Starts the chain, deploys, and gives buyer and provider deposits, stake and unlimited allowances. */
export async function createWorld(): Promise<World> {
  const connection = await network.create();
  const transport = custom(connection.provider);
  const client = createPublicClient({ chain: hardhat, transport, pollingInterval: 1 });
  const accounts = await createWalletClient({ chain: hardhat, transport }).getAddresses();
  const [deployer, buyer, provider, stranger, ...newcomers] = accounts;
  if (!deployer || !buyer || !provider || !stranger) throw new Error("The local chain must offer four accounts.");
  const walletClient: DeployerClient = createWalletClient({ account: deployer, chain: hardhat, transport });
  const { deployment } = await deploy({ publicClient: client, walletClient, profile: "devnet" });
  const token = deployment.tokens[0]?.address;
  if (!token) throw new Error("The devnet profile must deploy a token.");

  const send: Send = async (from, { to, abi, name, args, value = 0n }) => {
    const hash = await createWalletClient({ account: from, chain: hardhat, transport }).writeContract({
      address: to,
      abi,
      functionName: name,
      args,
      value,
      gas: GAS_LIMIT,
    });
    const receipt = await client.getTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`${name} was reverted.`);
    return receipt;
  };

  const world: World = {
    ...deployment,
    client,
    send,
    mine: async (seconds) => {
      await connection.provider.request({ method: "evm_increaseTime", params: [seconds] });
      await connection.provider.request({ method: "evm_mine" });
    },
    buyer,
    provider,
    stranger,
    newcomer: () => {
      const next = newcomers.shift();
      if (next === undefined) throw new Error("The local chain has no unused account left.");
      return next;
    },
    operator: privateKeyToAccount(keccak256(stringToHex("operator of the gas benchmark"))),
    token,
    close: () => connection.close(),
  };
  await equip(world, deployer);
  return world;
}

async function equip(world: World, deployer: Address): Promise<void> {
  const { send, token, glia, vault, registry, market, buyer, provider, operator } = world;
  const tokenAt = { to: token, abi: testTokenAbi };
  const vaultAt = { to: vault, abi: vaultAbi };
  for (const account of [buyer, provider]) {
    await send(deployer, { ...tokenAt, name: "mint", args: [account, 10n ** 18n] });
    await send(account, { ...tokenAt, name: "approve", args: [vault, maxUint256] });
    await send(account, { ...vaultAt, name: "deposit", args: [token, 10n ** 15n] });
    await send(account, { ...vaultAt, name: "allow", args: [market, token, maxUint256] });
  }
  const stake = parseEther("100000000");
  await send(deployer, { to: glia, abi: gliaTokenAbi, name: "transfer", args: [provider, stake * 2n] });
  await send(provider, { to: glia, abi: gliaTokenAbi, name: "approve", args: [registry, maxUint256] });
  const registryAt = { to: registry, abi: providerRegistryAbi };
  await send(provider, { ...registryAt, name: "stake", args: [market, stake] });
  const endpoint = "https://provider.example";
  await send(provider, { ...registryAt, name: "register", args: [operator.address, 0n, endpoint] });
}
