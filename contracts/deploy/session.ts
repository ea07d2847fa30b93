/** Sends a deployment's transactions one after another and waits for each. */
import {
  getAddress,
  type Account,
  type Address,
  type Chain,
  type Hex,
  type PublicClient,
  type TransactionReceipt,
  type Transport,
  type WalletClient,
} from "viem";

import { loadArtifact, type ContractName } from "../artifacts.ts";

export type DeployerClient = WalletClient<Transport, Chain, Account>;

/** Public and wallet client of one chain, and who hears what is done. */
export interface Session {
  readonly publicClient: PublicClient;
  readonly walletClient: DeployerClient;
  readonly onStep: (text: string) => void;
}

export interface Created {
  readonly address: Address;
  readonly transaction: Hex;
  readonly block: number;
}

/** @throws if the transaction was mined and reverted. */
export async function confirm(session: Session, hash: Hex): Promise<TransactionReceipt> {
  const receipt = await session.publicClient.waitForTransactionReceipt({ hash, pollingInterval: 50 });
  if (receipt.status !== "success") throw new Error(`The transaction ${hash} of the deployment was reverted.`);
  return receipt;
}

/** Creates a contract and waits until it is mined. */
export async function create(session: Session, name: ContractName, args: readonly unknown[]): Promise<Created> {
  const { abi, bytecode } = loadArtifact(name);
  const hash = await session.walletClient.deployContract({ abi, bytecode, args });
  const receipt = await confirm(session, hash);
  if (!receipt.contractAddress) throw new Error(`The transaction ${hash} created no contract.`);
  const address = getAddress(receipt.contractAddress);
  session.onStep(`${name} at ${address}`);
  return { address, transaction: hash, block: Number(receipt.blockNumber) };
}
