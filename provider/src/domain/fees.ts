/** What a transaction offers for each unit of gas, in wei. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** An eighth more and one wei: pools take a replacement only if it pays at least a tenth more. */
function raise(fee: bigint): bigint {
  return fee + fee / 8n + 1n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/**
 * The fees with which a transaction that is not mined should be replaced; undefined if it already offers what is asked for now,
 * so that fees never climb above what the network asks.
 * @param old what the transaction offers
 * @param now what a new transaction would offer
 * @param baseFee of the newest block, in wei per gas
 */
export function raisedFees(old: Fees, now: Fees, baseFee: bigint): Fees | undefined {
  const left = old.maxFeePerGas - baseFee;
  const tip = left < old.maxPriorityFeePerGas ? left : old.maxPriorityFeePerGas;
  return tip >= now.maxPriorityFeePerGas ? undefined : replacingFees(old, now);
}

/** The fees with which pools take a transaction in the place of an old one: what is asked for now, or as much more as they insist on. */
export function replacingFees(old: Fees, now: Fees): Fees {
  return {
    maxFeePerGas: larger(raise(old.maxFeePerGas), now.maxFeePerGas),
    maxPriorityFeePerGas: larger(raise(old.maxPriorityFeePerGas), now.maxPriorityFeePerGas),
  };
}
