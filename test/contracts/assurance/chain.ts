/** A chain inside this process: its clock is set to the second, and what a call would revert with at a second is seen without mining. */
import assert from "node:assert/strict";
import { network } from "hardhat";
import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  custom,
  defineChain,
} from "viem";
import { decodeEventLog } from "viem";
import type {
  Abi,
  Account,
  Address,
  Chain,
  Hex,
  PublicClient,
  TransactionReceipt,
  Transport,
  WalletClient,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import type { HDAccount } from "viem/accounts";

const MNEMONIC = "test test test test test test test test test test test junk";
/** Below the most that a transaction may have (EIP-7825). */
const GAS = 16_000_000n;
/** Above every base fee that a test sets, in wei. */
const MAX_FEE = 10n ** 11n;

/** What makes blocks. */
const MINES: ReadonlySet<string> = new Set(["eth_sendRawTransaction", "hardhat_mine"]);

export type Wallet = WalletClient<Transport, Chain, Account>;

/** A call of a contract. */
export interface Call {
  readonly from: HDAccount;
  readonly to: Address;
  readonly abi: Abi;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly value?: bigint;
  /** Unix time in seconds of the block. */
  readonly at?: number;
}

/** An event that a transaction left, of whatever contract. */
export interface Event {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface Receipt {
  readonly gasUsed: bigint;
  /** Unix time in seconds. */
  readonly time: number;
  readonly baseFee: bigint;
  /** Wei that the sender paid for gas. */
  readonly fee: bigint;
  readonly events: readonly Event[];
  readonly contract?: Address;
}

export interface Chain31337 {
  /** 31337, unless another was asked for. */
  readonly chainId: number;
  readonly publicClient: PublicClient;
  readonly wallet: Wallet;
  account(index: number): HDAccount;
  /** Sends and mines; fails if it reverts. */
  readonly send: (call: Call) => Promise<Receipt>;
  /** Asserts that the call reverts at that second with this error; gives its arguments. Nothing is mined. */
  refuses(call: Call, error: string): Promise<readonly unknown[]>;
  readonly view: <T>(to: Address, abi: Abi, name: string, args?: readonly unknown[]) => Promise<T>;
  now(): Promise<number>;
  /** Sets the base fee of the next block. */
  setBaseFee(wei: bigint): Promise<void>;
  /** Remembers the state; the function given brings it back, as often as one likes. */
  checkpoint(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface Request {
  readonly method: string;
  readonly params?: readonly unknown[];
}

/**
 * Starts the chain. `abis` are what events and errors are read with.
 * @param begin unix time in seconds of the first block: from then on time passes by a second with each block, unless told otherwise, so that every
 * block has the same hash in every run
 */
export async function startChain(abis: Abi, begin?: number, chainId = 31_337): Promise<Chain31337> {
  const connection = await network.connect({
    override: { chainId, ...(begin === undefined ? {} : { initialDate: new Date(1_000 * begin) }) },
  });
  const { provider } = connection;
  const request = async (method: string, params: readonly unknown[] = []): Promise<unknown> =>
    provider.request({ method, params: [...params] });
  let isTimeSet = false;
  const mined = async ({ method, params }: Request): Promise<unknown> => {
    if (begin !== undefined && MINES.has(method) && !isTimeSet) {
      const { timestamp } = (await request("eth_getBlockByNumber", ["latest", false])) as { timestamp: Hex };
      await request("evm_setNextBlockTimestamp", [Number(timestamp) + 1]);
    }
    if (MINES.has(method)) isTimeSet = false;
    return request(method, params);
  };
  const transport = custom({ request: mined }, { retryCount: 0 });
  const chain = defineChain({
    id: chainId,
    name: "in process",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [] } },
  });
  const publicClient = createPublicClient({ chain, transport, pollingInterval: 1, cacheTime: 0 });
  const account = (index: number) => mnemonicToAccount(MNEMONIC, { addressIndex: index });
  const walletOf = (from: HDAccount): Wallet => createWalletClient({ account: from, chain, transport });
  const setTime = async (at: number | undefined) => {
    if (at === undefined) return;
    await request("evm_setNextBlockTimestamp", [at]);
    isTimeSet = true;
  };

  const receiptOf = async (hash: Hex): Promise<Receipt> => {
    const receipt = await publicClient.getTransactionReceipt({ hash });
    assert.equal(receipt.status, "success");
    const block = await publicClient.getBlock({ blockNumber: receipt.blockNumber });
    return {
      gasUsed: receipt.gasUsed,
      time: Number(block.timestamp),
      baseFee: block.baseFeePerGas ?? 0n,
      fee: receipt.gasUsed * receipt.effectiveGasPrice,
      events: eventsOf(abis, receipt),
      ...(receipt.contractAddress ? { contract: receipt.contractAddress } : {}),
    };
  };

  return {
    chainId,
    publicClient,
    wallet: walletOf(account(0)),
    account,
    send: async ({ from, to, abi, name, args, value = 0n, at }) => {
      await setTime(at);
      const call = { address: to, abi, functionName: name, args, value, gas: GAS, maxFeePerGas: MAX_FEE };
      return receiptOf(await walletOf(from).writeContract(call));
    },
    refuses: async ({ from, to, abi, name, args, value = 0n, at }, error) => {
      await setTime(at);
      const call = { account: from, address: to, abi: [...abi, ...errorsOf(abis)], functionName: name, args, value };
      const found = await publicClient
        .simulateContract({ ...call, gas: GAS, blockTag: "pending" })
        .then(() => assert.fail(`${name} was to revert with ${error}, and did not`), revertOf);
      assert.equal(found.name, error);
      return found.args;
    },
    view: async <T>(to: Address, abi: Abi, name: string, args: readonly unknown[] = []) =>
      (await publicClient.readContract({ address: to, abi, functionName: name, args })) as T,
    now: async () => Number((await publicClient.getBlock()).timestamp),
    setBaseFee: async (wei) => {
      await request("hardhat_setNextBlockBaseFeePerGas", [`0x${wei.toString(16)}`]);
    },
    checkpoint: async () => {
      let id = await request("evm_snapshot");
      return async () => {
        await request("evm_revert", [id]);
        id = await request("evm_snapshot");
      };
    },
    close: async () => connection.close(),
  };
}

function errorsOf(abi: Abi): Abi {
  return abi.filter(({ type }) => type === "error");
}

function revertOf(error: unknown): { name: string; args: readonly unknown[] } {
  const reverted =
    error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
  if (!(reverted instanceof ContractFunctionRevertedError)) throw error;
  const { data, signature, reason } = reverted;
  return { name: data?.errorName ?? signature ?? reason ?? "", args: data?.args ?? [] };
}

function eventsOf(abi: Abi, { logs }: TransactionReceipt): Event[] {
  const known = abi.filter(({ type }) => type === "event");
  return logs.flatMap(({ data, topics }) => {
    try {
      const { eventName, args } = decodeEventLog({ abi: known, data, topics });
      return [{ name: eventName ?? "", args: args ?? {} }];
    } catch {
      return []; // of a token
    }
  });
}
