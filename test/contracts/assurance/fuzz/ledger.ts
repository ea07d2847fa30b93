/** A second set of books: who has what where, kept by transfers, so that nothing is made and nothing lost. */

/** Where something stands: `asset/place/owner`. */
export type Cell = string;

export interface Flow {
  /** Number of the job because of which it moved; -1 if none. */
  readonly job: number;
  readonly from: Cell;
  readonly to: Cell;
  readonly amount: bigint;
  /** A party paid for what it did wrong, or paid a fee: nobody took it. */
  readonly penalty: boolean;
}

export class Ledger {
  readonly cells = new Map<Cell, bigint>();
  readonly flows: Flow[] = [];

  of(cell: Cell): bigint {
    return this.cells.get(cell) ?? 0n;
  }

  /** @throws RangeError if it is not there: the model is wrong, or pays out what nobody paid in. */
  move(from: Cell, to: Cell, amount: bigint, job = -1, penalty = false): void {
    if (amount === 0n) return;
    const left = this.of(from) - amount;
    // What comes out of wallets is bounded by the chain alone.
    if (left < 0n && !from.startsWith("coin/wallet/"))
      throw new RangeError(`${from} has ${left + amount}, not ${amount}.`);
    this.cells.set(from, left);
    this.cells.set(to, this.of(to) + amount);
    this.flows.push({ job, from, to, amount, penalty });
  }

  /** What stands in all cells with that beginning. */
  sum(prefix: string): bigint {
    let total = 0n;
    for (const [cell, amount] of this.cells) if (cell.startsWith(prefix)) total += amount;
    return total;
  }
}

export const cells = {
  vault: (owner: string): Cell => `usd/vault/${owner}`,
  escrow: "usd/escrow/market",
  fees: "usd/fees/market",
  free: (owner: string): Cell => `glia/stake/free/${owner}`,
  locked: (owner: string): Cell => `glia/stake/locked/${owner}`,
  auditFree: (owner: string): Cell => `glia/stake/auditFree/${owner}`,
  auditLocked: (owner: string): Cell => `glia/stake/auditLocked/${owner}`,
  wallet: (owner: string): Cell => `glia/wallet/${owner}`,
  burned: "glia/burned",
  owed: (owner: string): Cell => `coin/owed/${owner}`,
  held: "coin/held",
  coin: (owner: string): Cell => `coin/wallet/${owner}`,
} as const;
