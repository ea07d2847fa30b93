/**
 * Jobs on exact models that a lying provider has revealed, through the real contracts on a local chain. The provider is a double: it holds
 * whatever tensors a test makes it claim, and answers from them.
 */
import {
  AssuranceLevel,
  assuranceOf,
  batchTree,
  buildSpec,
  chainTime,
  cidToDigest,
  commitCall,
  commitToModel,
  createMemoryStore,
  createTensor,
  hashJobSpec,
  hire,
  jobFromEvents,
  moduleRevealCall,
  openMaterial,
  prepareContent,
  proveItem,
  readSpecRules,
  resultCommitment,
  sendCall,
  signQuote,
} from "@glia/sdk";
import type { AssuranceClient, ContentStore, Item, JobMaterial, JobSpec, JobTerms, MarketClient } from "@glia/sdk";
import { exactItemRoot, lawNode, runLaw, tensorShape, toLogical, toPhysical } from "@glia/sdk/exact";
import type { ExactModel } from "@glia/sdk/exact";
import { keccak256, zeroHash } from "viem";
import type { Hex } from "viem";
import type { HDAccount } from "viem/accounts";

import { createRandom } from "../../sdk/src/exact/random.ts";
import { batchOf } from "./exact-jobs.ts";
import { startDevnet } from "./sdk-devnet.ts";
import type { Devnet } from "./sdk-devnet.ts";

/** Makes of an item's right tensors those that the provider claims; by number, inputs first. */
export type Lie = (tensors: readonly Uint8Array[], item: number) => readonly Uint8Array[];

export const honest: Lie = (tensors) => tensors;

/** Claims another byte at an element of a tensor of one item, and leaves all the rest as it is. */
export function flip(at: {
  readonly item: number;
  readonly tensor: number;
  readonly element: number;
  readonly by?: number;
}): Lie {
  return (tensors, item) =>
    item !== at.item
      ? tensors
      : tensors.map((bytes, tensor) =>
          tensor !== at.tensor ? bytes : bytes.with(at.element, ((bytes[at.element] ?? 0) + (at.by ?? 1)) & 255),
        );
}

/** As {@link flip}, and everything behind the lie follows from it: only one node is wrong. */
export function flipThrough(model: ExactModel, at: Parameters<typeof flip>[0]): Lie {
  const lie = flip(at);
  return (tensors, item) => {
    if (item !== at.item) return tensors;
    const claimed = [...lie(tensors, item)];
    model.nodes.forEach((node, number) => {
      const tensor = model.inputs.length + number;
      if (tensor <= at.tensor) return;
      const shapes = node.inputs.map((input) => tensorShape(model, input));
      claimed[tensor] = lawNode(
        node,
        shapes,
        node.inputs.map((input) => claimed[input] ?? new Uint8Array()),
      );
    });
    return claimed;
  };
}

/** A job that the provider was hired for, and what both parties know of it. */
export interface DisputedJob {
  readonly jobId: Hex;
  readonly spec: JobSpec;
  readonly assurance: AssuranceClient;
  /** Model, inputs, and the outputs that the provider claims. */
  readonly store: ContentStore;
  /** Commits to what is claimed, at level audited. */
  commit(): Promise<void>;
  /** Reveals it, at level audited with the openings of these sampled items. */
  reveal(sample?: readonly number[], seedProof?: Hex): Promise<void>;
  /** What the provider answers from. */
  readonly claims: JobMaterial;
  /** What an honest challenger has: model and inputs, and the outputs if they were delivered. */
  truth(delivered?: boolean): Promise<JobMaterial>;
}

export interface JobOptions {
  /** Number of items; 3 by default. */
  readonly count?: number;
  readonly lie?: Lie;
  /** Bounds the random input bytes; 255 by default. */
  readonly highest?: number;
  readonly terms?: Partial<JobTerms>;
}

export interface DisputeWorld {
  readonly devnet: Devnet;
  readonly provider: HDAccount;
  readonly operator: MarketClient;
  readonly buyer: MarketClient;
  /** Hires the provider for random items of a model; nothing is revealed yet. */
  hired(file: Uint8Array, options?: JobOptions): Promise<DisputedJob>;
  /** The same at level optimistic, and reveals what the provider claims. */
  revealed(file: Uint8Array, options?: JobOptions): Promise<DisputedJob>;
  stop(): Promise<void>;
}

export async function startDisputeWorld(): Promise<DisputeWorld> {
  const devnet = await startDevnet();
  const [provider, operatorKey, buyerKey] = [devnet.account(), devnet.account(), devnet.account()];
  const [operator, buyer] = [devnet.clientOf(operatorKey), devnet.clientOf(buyerKey)];
  await devnet.register(provider, operatorKey.address, "http://127.0.0.1:1");
  await devnet.mint(buyerKey.address, 10_000_000n);
  let seeds = 0;

  async function hiredFor(
    file: Uint8Array,
    { count = 3, lie = honest, highest = 255, terms = {} }: JobOptions = {},
  ): Promise<DisputedJob> {
    const store = createMemoryStore();
    const committed = await commitToModel(file);
    const model = committed.exact?.model;
    if (model === undefined) throw new Error("The model is exact.");
    seeds += 1;
    const inputs = randomItems(model, count, seeds, highest);
    const content = await prepareContent(store, { model: file, inputs: await batchOf(inputs), maxItemOutputBytes: 1 });
    const spec = buildSpec(
      content,
      {
        buyer: buyerKey.address,
        token: devnet.token,
        maxPrice: 1_000n,
        challengeWindow: 600,
        ...terms,
      },
      await readSpecRules(buyer),
    );
    const jobId = await hired(spec);

    const claimed = new Map<number, readonly Uint8Array[]>();
    const roots: Hex[] = [];
    const outputs: Item[] = [];
    for (const [item, given] of inputs.entries()) {
      const physical = model.inputs.map(({ name, dims }) =>
        toPhysical(dims, given.get(name)?.bytes ?? new Uint8Array()),
      );
      const tensors = lie(runLaw(model, physical), item);
      claimed.set(item, tensors);
      const own = model.outputs.map(({ tensor }) => tensors[tensor] ?? new Uint8Array());
      roots.push(await exactItemRoot(model.outputs, own));
      outputs.push(
        new Map(
          model.outputs.map(({ name, dims }, port) => [
            name,
            createTensor("uint8", dims, toLogical(dims, own[port] ?? new Uint8Array())),
          ]),
        ),
      );
    }
    const outputDigest = cidToDigest(await store.put(await batchOf(outputs), { pin: true }));
    const resultRoot = batchTree(roots).root;
    const salt = keccak256(jobId);
    const { job: assigned } = await jobFromEvents(operator, jobId);
    const truthful = await openMaterial(store, spec);
    return {
      jobId,
      spec,
      assurance: await assuranceOf(operator, assigned.module),
      store,
      commit: async () => {
        const commitment = resultCommitment({ jobId, provider: provider.address, resultRoot, outputDigest, salt });
        await sendCall(operator, commitCall(assigned.module, { spec, job: assigned, commitment }));
      },
      reveal: async (sample = [], seedProof = "0x") => {
        const { job } = await jobFromEvents(operator, jobId);
        const sampledRoots = sample.map((item) => roots[item] ?? zeroHash);
        const siblings = sample.map((item) => proveItem(roots, item));
        const reveal = { resultRoot, outputDigest, salt, sampledRoots, siblings, seedProof };
        await sendCall(operator, moduleRevealCall(job.module, { id: jobId, job }, reveal));
      },
      claims: {
        model,
        inputRoots: () => truthful.inputRoots(),
        outputRoots: () => Promise.resolve(roots),
        trace: (item) => Promise.resolve(claimed.get(item) ?? []),
      },
      truth: (delivered = false) => openMaterial(store, spec, delivered ? { outputDigest } : {}),
    };
  }

  async function hired(spec: JobSpec): Promise<Hex> {
    const jobId = hashJobSpec(spec, buyer.domain);
    const quote = {
      provider: provider.address,
      jobId,
      price: spec.maxPrice,
      collateral: await buyer.requiredCollateral(spec),
      expiry: (await chainTime(buyer.publicClient)) + 60n,
      nonce: (await buyer.provider(provider.address)).quoteNonce,
    };
    await hire(buyer, spec, { quote, signature: await signQuote(operatorKey, quote, buyer.domain) });
    return jobId;
  }

  async function revealed(file: Uint8Array, options: JobOptions = {}): Promise<DisputedJob> {
    const job = await hiredFor(file, { ...options, terms: { level: AssuranceLevel.Optimistic, ...options.terms } });
    await job.reveal();
    return job;
  }

  return { devnet, provider, operator, buyer, hired: hiredFor, revealed, stop: () => devnet.stop() };
}

function randomItems({ inputs }: ExactModel, count: number, seed: number, highest: number): Item[] {
  const random = createRandom(seed);
  return Array.from(
    { length: count },
    () =>
      new Map(
        inputs.map(({ name, dims }) => {
          const size = dims.reduce((product, length) => product * length, 1);
          return [
            name,
            createTensor(
              "uint8",
              dims,
              random.bytes(size).map((byte) => Math.min(byte, highest)),
            ),
          ];
        }),
      ),
  );
}
