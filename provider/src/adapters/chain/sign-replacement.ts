import { type Hex, keccak256, type LocalAccount, parseTransaction, type PublicClient } from "viem";

import { type Fees, raisedFees, replacingFees } from "../../domain/fees.ts";

/** What a signed transaction offers. */
function feesOf(raw: Hex): Fees {
  const { maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = parseTransaction(raw as `0x02${string}`);
  return { maxFeePerGas, maxPriorityFeePerGas };
}

/**
 * Signs what an unmined transaction says once more, with the same nonce and higher fees: only one of the two can be mined.
 * @param raw the signed transaction
 * @returns undefined if its fees are enough as they are, or the account cannot pay more.
 */
export async function signReplacement(
  publicClient: PublicClient,
  operator: LocalAccount,
  raw: Hex,
): Promise<{ readonly hash: Hex; readonly raw: Hex } | undefined> {
  const { chainId, nonce, to, data, value, gas } = parseTransaction(raw as `0x02${string}`);
  if (to === undefined || to === null || gas === undefined || nonce === undefined)
    throw new Error("a recorded transaction is incomplete");
  const [now, block, balance] = await Promise.all([
    publicClient.estimateFeesPerGas(),
    publicClient.getBlock({ blockTag: "latest" }),
    publicClient.getBalance({ address: operator.address }),
  ]);
  const fees = raisedFees(feesOf(raw), now, block.baseFeePerGas ?? 0n);
  if (fees === undefined || balance < gas * fees.maxFeePerGas + (value ?? 0n)) return undefined;
  const call = { to, data: data ?? "0x", value: value ?? 0n, gas };
  const replacement = await operator.signTransaction({ type: "eip1559", chainId, nonce, ...call, ...fees });
  return { hash: keccak256(replacement), raw: replacement };
}

/** Signs a transaction that does nothing and takes the nonce of an unmined one: only one of the two can be mined. */
export async function signNothing(
  publicClient: PublicClient,
  operator: LocalAccount,
  raw: Hex,
): Promise<{ readonly hash: Hex; readonly raw: Hex }> {
  const { chainId, nonce } = parseTransaction(raw as `0x02${string}`);
  if (nonce === undefined) throw new Error("a recorded transaction is incomplete");
  const fees = replacingFees(feesOf(raw), await publicClient.estimateFeesPerGas());
  const nothing = { to: operator.address, data: "0x", value: 0n, gas: 21_000n } as const;
  const signed = await operator.signTransaction({ type: "eip1559", chainId, nonce, ...nothing, ...fees });
  return { hash: keccak256(signed), raw: signed };
}
