import { gliaTokenAbi, testTokenAbi, type Deployment } from "@glia/contracts";
import { addressesOf, createMarketClient, sendCall } from "@glia/sdk";
import { encodeFunctionData, erc20Abi, parseUnits, type Address, type Hex } from "viem";

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
export async function fundBuyer(clients: DevnetClients, deployment: Deployment): Promise<void> {
  const { address, decimals } = testDollar(deployment);
  const buyer = devnetAccounts.buyer().address;
  const full = parseUnits(BUYER_DOLLARS, decimals);
  const has = await clients.publicClient.readContract({
    address,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [buyer],
  });
  if (has >= full) return;
  const data = encodeFunctionData({ abi: testTokenAbi, functionName: "mint", args: [buyer, full - has] });
  await sendAsDeployer(clients, deployment, address, data, "mint test dollars");
}

/** Gives an owner GLIA units to stake; the deployer holds the genesis supply. */
export async function giveGlia(
  clients: DevnetClients,
  deployment: Deployment,
  to: Address,
  amount: bigint,
): Promise<void> {
  const data = encodeFunctionData({ abi: gliaTokenAbi, functionName: "transfer", args: [to, amount] });
  await sendAsDeployer(clients, deployment, deployment.glia, data, "give GLIA");
}

/**
 * One transaction of the deployer, with the margin of gas and the check of its receipt that `sendCall` has: a transfer of GLIA may
 * cost more than its estimate, since the first one in a second begins a new checkpoint of votes.
 */
async function sendAsDeployer(
  { publicClient, wallet }: DevnetClients,
  deployment: Deployment,
  to: Address,
  data: Hex,
  what: string,
): Promise<void> {
  const walletClient = wallet(devnetAccounts.deployer());
  const client = createMarketClient({ publicClient, walletClient, deployment: addressesOf(deployment) });
  await sendCall(client, { to, data, what });
}
