import type { Hash, TransactionReceipt } from "viem";
import { GliaError } from "../errors.ts";
import { assertChain } from "./assert-chain.ts";
import type { ContractCall } from "./contract-call.ts";
import { estimateCall } from "./cost.ts";
import type { CallCost } from "./cost.ts";
import { explainRevert } from "./errors/explain-revert.ts";
import type { MarketClient } from "./market-client.ts";
import { waitForReceipt } from "./wait-for-receipt.ts";

/** What a caller may see and decide while a transaction is made. */
export interface SendOptions {
  /** Sees the price before anything is signed; throw a GliaError to stop. The nonce tells a later attempt whether this one was sent. */
  readonly onPrepared?: (prepared: { call: ContractCall; cost: CallCost; nonce: number }) => void | Promise<void>;
  /** Sees the hash as soon as the transaction is out. */
  readonly onSent?: (hash: Hash) => void | Promise<void>;
  /** Sees the receipt, also that of a transaction which the contract refused. */
  readonly onMined?: (receipt: TransactionReceipt) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Simulates, prices, signs, sends and waits for one transaction of the client's wallet.
 * @throws GliaError `WRONG_CHAIN`, `INSUFFICIENT_GAS_MONEY`, `USER_REJECTED`, `TX_REVERTED`, `TX_PENDING`, or the contract's
 * own refusal; before `onSent` nothing has left this machine.
 */
export async function sendCall(
  client: MarketClient,
  call: ContractCall,
  { onPrepared, onSent, onMined, signal }: SendOptions = {},
): Promise<TransactionReceipt> {
  const { publicClient, deployment } = client;
  const wallet = client.requireWallet();
  const { account } = wallet;
  await assertChain(publicClient, deployment.chainId);
  await assertChain(wallet, deployment.chainId, "The wallet");
  const cost = await estimateCall(publicClient, account.address, call);
  await assertGasMoney(client, cost);
  const hash = await inTurn(client, async () => {
    const nonce = await publicClient.getTransactionCount({ address: account.address, blockTag: "pending" });
    await onPrepared?.({ call, cost, nonce });
    signal?.throwIfAborted();
    const { to, data, value = 0n } = call;
    const { gas, maxFeePerGas, maxPriorityFeePerGas } = cost;
    const request = { to, data, value, gas, maxFeePerGas, maxPriorityFeePerGas, nonce };
    return wallet.sendTransaction({ ...request, account, chain: wallet.chain ?? null });
  });
  await onSent?.(hash);
  return waitForReceipt(client, hash, call.what, { ...(signal && { signal }), ...(onMined && { onMined }) });
}

/** The last transaction that each client is signing: the next one takes its nonce after that. */
const queues = new WeakMap<MarketClient, Promise<unknown>>();

async function inTurn(client: MarketClient, send: () => Promise<Hash>): Promise<Hash> {
  const before = queues.get(client) ?? Promise.resolve();
  const turn = before.then(send);
  queues.set(
    client,
    turn.catch(() => undefined),
  );
  try {
    return await turn;
  } catch (error) {
    throw explainRevert(error);
  }
}

/** @throws GliaError `INSUFFICIENT_GAS_MONEY` with both amounts, before the wallet is asked to sign. */
async function assertGasMoney(client: MarketClient, { total }: CallCost): Promise<void> {
  const { address } = client.requireWallet().account;
  const balance = await client.publicClient.getBalance({ address });
  if (balance >= total) return;
  throw new GliaError(
    "INSUFFICIENT_GAS_MONEY",
    `${address} holds ${balance} wei of the native coin; this transaction may cost up to ${total} wei.`,
    {
      kind: "funds",
      hint: "Send native coin to the account, then try again.",
      details: { address, balance: balance.toString(), needed: total.toString() },
    },
  );
}
