import { gliaTokenAbi, testTokenAbi, type Deployment } from "@glia/contracts";
import { parseUnits, type Address } from "viem";

import { devnetAccounts, type DevnetClients } from "./accounts.ts";

/** What the buyer has in its wallet after every `up`, in whole test dollars. */
const BUYER_DOLLARS = "10000";

/** The devnet's test dollar. */
export function testDollar(deployment: Deployment): {
  readonly address: Address;
  readonly symbol: string;
  readonly decimals: number;
} {
  const [token] = deployment.tokens;
  if (token === undefined) throw new Error("The devnet's deployment lists no token.");
  return token;
}

/** Fills the buyer's wallet up to its full amount of test dollars. */
export async function fundBuyer({ publicClient, wallet }: DevnetClients, deployment: Deployment): Promise<void> {
  const token = testDollar(deployment);
  const buyer = devnetAccounts.buyer().address;
  const full = parseUnits(BUYER_DOLLARS, token.decimals);
  const contract = { address: token.address, abi: testTokenAbi } as const;
  const has = await publicClient.readContract({ ...contract, functionName: "balanceOf", args: [buyer] });
  if (has >= full) return;
  const hash = await wallet(devnetAccounts.deployer()).writeContract({
    ...contract,
    functionName: "mint",
    args: [buyer, full - has],
  });
  await publicClient.waitForTransactionReceipt({ hash });
}

/** Gives an owner GLIA units to stake; the deployer holds the genesis supply. */
export async function giveGlia(
  { publicClient, wallet }: DevnetClients,
  deployment: Deployment,
  to: Address,
  amount: bigint,
): Promise<void> {
  const hash = await wallet(devnetAccounts.deployer()).writeContract({
    address: deployment.glia,
    abi: gliaTokenAbi,
    functionName: "transfer",
    args: [to, amount],
  });
  await publicClient.waitForTransactionReceipt({ hash });
}
