import type { DevnetState } from "@glia/cli/devnet";
import { decodeMarketLog, unpackMoney } from "@glia/sdk";
import { formatEther, getAddress } from "viem";
import type { Address, PublicClient } from "viem";

import { dollars } from "./screen.ts";
import type { Screen } from "./screen.ts";

/** What one account did after the set-up. */
interface Party {
  transactions: number;
  gas: bigint;
  /** Wei. */
  spent: bigint;
  /** Test dollar units. */
  earned: bigint;
}

/** The whole demo in numbers, read from the chain's own blocks. */
export interface Ledger {
  readonly parties: ReadonlyMap<Address, Party>;
  readonly transactions: number;
  readonly gas: bigint;
  readonly jobs: number;
  /** Test dollar units that left the buyer for work, fees included. */
  readonly paid: bigint;
  readonly fees: bigint;
  /** Test dollar units that came back from escrow. */
  readonly refunded: bigint;
}

/** Reads every block after `after` and adds up who paid what. */
export async function readLedger(publicClient: PublicClient, devnet: DevnetState, after: bigint): Promise<Ledger> {
  const parties = new Map<Address, Party>();
  const escrowed = new Map<string, bigint>();
  const hired = new Map<string, Address>();
  const sum = { gas: 0n, transactions: 0, jobs: 0, paid: 0n, fees: 0n, refunded: 0n };
  const party = (address: Address): Party => {
    const key = getAddress(address);
    const known = parties.get(key) ?? { transactions: 0, gas: 0n, spent: 0n, earned: 0n };
    parties.set(key, known);
    return known;
  };
  const last = await publicClient.getBlockNumber({ cacheTime: 0 });
  for (let blockNumber = after + 1n; blockNumber <= last; blockNumber += 1n) {
    const { transactions } = await publicClient.getBlock({ blockNumber });
    for (const hash of transactions) {
      const receipt = await publicClient.getTransactionReceipt({ hash });
      const sender = party(receipt.from);
      sender.transactions += 1;
      sender.gas += receipt.gasUsed;
      sender.spent += receipt.gasUsed * receipt.effectiveGasPrice;
      sum.transactions += 1;
      sum.gas += receipt.gasUsed;
      for (const log of receipt.logs) {
        if (getAddress(log.address) !== getAddress(devnet.deployment.market)) continue;
        const event = decodeMarketLog(log);
        if (event?.eventName === "JobPosted") escrowed.set(event.args.jobId, unpackMoney(event.args.job.money).price);
        if (event?.eventName === "JobAssigned") escrowed.set(event.args.jobId, unpackMoney(event.args.money).price);
        if (event?.eventName === "JobAssigned" || event?.eventName === "JobTaken") {
          hired.set(event.args.jobId, event.args.provider);
        }
        if (event?.eventName === "JobTaken") {
          sum.refunded += (escrowed.get(event.args.jobId) ?? 0n) - unpackMoney(event.args.job.money).price;
        }
        if (event?.eventName === "JobRefuted") {
          sum.refunded += escrowed.get(event.args.jobId) ?? 0n;
        }
        if (event?.eventName === "JobSettled") {
          sum.jobs += 1;
          sum.fees += event.args.fee;
          sum.paid += event.args.paid + event.args.fee;
          const provider = hired.get(event.args.jobId);
          if (provider !== undefined) party(provider).earned += event.args.paid;
        }
      }
    }
  }
  return { ...sum, parties };
}

/** A line per party. */
export function showLedger(screen: Screen, ledger: Ledger, devnet: DevnetState, buyer: Address): void {
  const of = (address: Address): Party =>
    ledger.parties.get(getAddress(address)) ?? { transactions: 0, gas: 0n, spent: 0n, earned: 0n };
  const bought = of(buyer);
  screen.line(`buyer       paid ${dollars(ledger.paid)}, got ${dollars(ledger.refunded)} back, ${gasOf(bought)}`);
  for (const { name, owner, operator } of devnet.providers) {
    screen.line(`${name}  earned ${dollars(of(owner).earned)}, ${gasOf(of(operator))}`);
  }
  screen.line(`treasury    ${dollars(ledger.fees)} of fees`);
}

function gasOf({ transactions, gas, spent }: Party): string {
  return `${transactions} transactions, ${gas} gas (${Number(formatEther(spent)).toPrecision(3)} ETH)`;
}
