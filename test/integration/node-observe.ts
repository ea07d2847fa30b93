/** What the tests of the node look at: the chain, and nothing of the node's own memory. */
import { assuranceAbi, disputesAbi, jobMarketAbi } from "@glia/contracts";
import { decodeFunctionData, type Hex } from "viem";

import type { TestNode } from "./node-world.ts";
import type { Devnet } from "./sdk-devnet.ts";

/** Waits for something that a node does by itself; the test's own timeout is the limit. */
export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Hashes of all transactions of a node's operator that reveal or reject this job, reverted ones included. */
export async function answersTo(devnet: Devnet, node: TestNode, jobId: Hex): Promise<Hex[]> {
  const { publicClient } = devnet;
  const found: Hex[] = [];
  for (let number = 0n, head = await publicClient.getBlockNumber({ cacheTime: 0 }); number <= head; number++) {
    const { transactions } = await publicClient.getBlock({ blockNumber: number, includeTransactions: true });
    for (const { from, hash, input } of transactions) {
      if (from.toLowerCase() !== node.operator.toLowerCase()) continue;
      const { functionName, args } = decodeFunctionData({ abi: jobMarketAbi, data: input });
      if ((functionName === "reveal" || functionName === "reject") && args[0] === jobId) found.push(hash);
    }
  }
  return found;
}

/** What a node's operator has called on market, module and disputes in blocks from `from` on, in order; what was reverted says so. */
export async function callsOf(devnet: Devnet, node: TestNode, from: bigint): Promise<string[]> {
  const { publicClient } = devnet;
  const abi = [...jobMarketAbi, ...assuranceAbi, ...disputesAbi];
  const found: string[] = [];
  for (let number = from, head = await publicClient.getBlockNumber({ cacheTime: 0 }); number <= head; number++) {
    const { transactions } = await publicClient.getBlock({ blockNumber: number, includeTransactions: true });
    for (const { from: sender, hash, input } of transactions) {
      if (sender.toLowerCase() !== node.operator.toLowerCase()) continue;
      const functionName = input === "0x" ? "nothing" : decodeFunctionData({ abi, data: input }).functionName;
      const { status } = await publicClient.getTransactionReceipt({ hash });
      found.push(status === "success" ? functionName : `${functionName} (reverted)`);
    }
  }
  return found;
}
