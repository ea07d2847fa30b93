import { batchHeaderOf, createMemoryStore, createTensor, GliaClient, memoryJobStore, writeBatchFile } from "@glia/sdk";
import type { ContentStore, Item, JobStore, MarketClient, ProgressEvent, RunOptions } from "@glia/sdk";
import type { Address, Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import type { Devnet } from "./sdk-devnet.ts";
import type { TestProvider } from "./sdk-provider.ts";

/** A buyer with token units in its wallet, nothing in the Vault, and stores that survive a "crash" of its client. */
export interface Buyer {
  readonly account: HDAccount;
  readonly client: MarketClient;
  readonly content: ContentStore;
  readonly jobs: JobStore;
  readonly glia: GliaClient;
  /** A client with the same stores, as after a restart. */
  restart(): GliaClient;
  /** All token units of the buyer, in wallet and Vault. */
  wealth(): Promise<bigint>;
}

/** For quotes of providers that do not price by the megabyte. */
export const NO_SIZES = { modelBytes: 0, inputBytes: 0 } as const;

/** Patience of the tests, in milliseconds. */
const QUOTE_TIMEOUT = 1_000;

/** Makes a buyer with `units` of the test token. */
export async function makeBuyer(devnet: Devnet, units: bigint, account = devnet.account()): Promise<Buyer> {
  const client = devnet.clientOf(account);
  const content = createMemoryStore();
  const jobs = memoryJobStore();
  const restart = (): GliaClient => new GliaClient({ client, content, jobs, allowPrivate: true, interval: 20 });
  if (units > 0n) await devnet.mint(account.address, units);
  return {
    account,
    client,
    content,
    jobs,
    glia: restart(),
    restart,
    wealth: async () => {
      const [wallet, vault] = await Promise.all([
        client.walletBalance(account.address, devnet.token),
        client.vaultBalance(account.address, devnet.token),
      ]);
      return wallet + vault;
    },
  };
}

let jobs = 0;

/** A job of three small items, of which the last is 3, 4, 5, 6; model and items differ from job to job, so that nobody has the bytes. */
export async function smallJob(token: Address, change: Partial<RunOptions> = {}): Promise<RunOptions> {
  jobs += 1;
  const items: Item[] = [100 + jobs, 2, 3].map(
    (seed) => new Map([["x", createTensor("uint8", [4], Uint8Array.of(seed, seed + 1, seed + 2, seed + 3))]]),
  );
  const [first] = items;
  if (first === undefined) throw new Error("There are three items.");
  const parts: Uint8Array[] = [];
  for await (const part of writeBatchFile(batchHeaderOf(first, items.length), items)) parts.push(part);
  return {
    model: new Uint8Array(3_000).fill(jobs),
    inputs: Buffer.concat(parts),
    maxItemOutputBytes: 4,
    quoteTimeout: QUOTE_TIMEOUT,
    downloadPatience: 0,
    ...change,
    terms: { token, maxPrice: 5_000n, challengeWindow: 600, ...change.terms },
  };
}

/** Lets the hired provider do its work, and collects what it does, so that no failure goes unseen. */
export function worker(providers: ReadonlyMap<string, TestProvider>): {
  readonly events: ProgressEvent[];
  readonly onProgress: (event: ProgressEvent) => void;
  readonly done: () => Promise<void>;
} {
  const events: ProgressEvent[] = [];
  const work: Promise<void>[] = [];
  const started = new Set<Hex>();
  return {
    events,
    onProgress: (event) => {
      events.push(event);
      if (event.step !== "hired" || started.has(event.jobId)) return;
      started.add(event.jobId);
      const provider = providers.get(event.offer.endpoint);
      if (provider === undefined) throw new Error(`No provider at ${event.offer.endpoint}.`);
      work.push(provider.perform(event.jobId));
    },
    done: async () => {
      await Promise.all(work);
    },
  };
}
