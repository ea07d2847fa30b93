import type { Address } from "viem";
import { providerRegistryAbi } from "../chain/abis.ts";
import type { MarketClient } from "../chain/market-client.ts";
import { readEvents } from "../chain/read-events.ts";

/** A registered provider as it stands now. */
export interface ListedProvider {
  readonly provider: Address;
  readonly operator: Address;
  readonly capabilities: bigint;
  readonly quoteNonce: number;
  /** As written by the provider; hostile until parsed. */
  readonly endpoint: string;
  /** GLIA units at this market that no job has locked. */
  readonly free: bigint;
  /** GLIA units at this market that secure running jobs. */
  readonly locked: bigint;
  /** How many jobs of this market it rejected. */
  readonly rejections: number;
}

/** All registered providers, found by the registry's events and read anew; those with most free stake first. */
export async function listProviders(client: MarketClient, signal?: AbortSignal): Promise<ListedProvider[]> {
  const { publicClient, deployment } = client;
  const seen = new Set<Address>();
  for await (const event of readEvents({
    publicClient,
    address: deployment.registry,
    abi: providerRegistryAbi,
    fromBlock: deployment.fromBlock,
    toBlock: await publicClient.getBlockNumber({ cacheTime: 0 }),
    ...(signal === undefined ? {} : { signal }),
  })) {
    if (event.eventName === "Registered") seen.add(event.args.provider);
    if (event.eventName === "Deregistered") seen.delete(event.args.provider);
  }
  const entries = await Promise.all([...seen].map((account) => readProvider(client, account)));
  return entries
    .filter((entry) => entry !== undefined)
    .sort((a, b) => Number(b.free > a.free) - Number(b.free < a.free));
}

/** One provider as it stands now; undefined where it is not registered. */
export async function readProvider(client: MarketClient, account: Address): Promise<ListedProvider | undefined> {
  const [entry, position] = await Promise.all([client.provider(account), client.position(account)]);
  if (!entry.registered) return undefined;
  const { operator, capabilities, quoteNonce, endpoint } = entry;
  return { provider: account, operator, capabilities, quoteNonce, endpoint, ...position };
}
