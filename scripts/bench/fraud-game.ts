/** Plays a dispute about an exact model on the local chain of the gas benchmark, each move a whole transaction. */
import { assuranceAbi, blockhashBeaconAbi, disputesAbi, gliaTokenAbi, providerRegistryAbi } from "@glia/contracts";
import {
  addressesOf,
  attestationCommitment,
  createMarketClient,
  jobFromEvents,
  resultCommitment,
  sampleDigest,
} from "@glia/sdk";
import { itemRootOfRoots, responseOf, resultTree } from "@glia/sdk/exact";
import type { Demand, FullTrace } from "@glia/sdk/exact";
import { parseEther, zeroHash } from "viem";
import type { Address, Hex } from "viem";

import { jobOf } from "./gas-jobs.ts";
import type { JobMaker, Spec } from "./gas-jobs.ts";
import type { Call, World } from "./gas-world.ts";

/** A job whose result was revealed, or an audited one that is committed to. */
export interface Played {
  readonly id: Hex;
  readonly spec: Spec;
}

/** The moves about one model and one trace, which every item of a batch has; all give the transaction's gas. */
export class FraudGame {
  readonly #world: World;
  readonly #maker: JobMaker;
  readonly #trace: FullTrace;

  constructor(world: World, maker: JobMaker, trace: FullTrace) {
    this.#world = world;
    this.#maker = maker;
    this.#trace = trace;
  }

  /** Hires the provider for a batch and reveals the result. */
  async reveal(items: number): Promise<Played> {
    const { provider } = this.#world;
    const played = await this.#hire(items, {});
    const { job } = await this.#view(played);
    const result = { resultRoot: this.#root(items, "outputs"), outputDigest: this.#maker.word(), salt: zeroHash };
    const what = { ...result, sampledRoots: [], siblings: [], seedProof: "0x" } as const;
    await this.#world.send(provider, this.#at("assurance", "reveal", [played.id, job, what]));
    return played;
  }

  /** Challenges an item; the number of the challenge. */
  async challenge({ id, spec }: Played, item: number): Promise<bigint> {
    const { client, stranger } = this.#world;
    const { job } = await this.#view({ id, spec });
    const disputes = { address: this.#address("disputes"), abi: disputesAbi } as const;
    const value = 2n * (await client.readContract({ ...disputes, functionName: "bondNow" }));
    await this.#world.send(stranger, { ...this.#at("disputes", "challenge", [spec, job, item]), value });
    return client.readContract({ ...disputes, functionName: "lastChallenge" });
  }

  async respond(played: Played, item: number): Promise<number> {
    const { spec } = played;
    const { job } = await this.#view(played);
    const response = responseOf(this.#trace, {
      item,
      inputItemRoots: this.#itemRoots(spec.items, "inputs"),
      outputItemRoots: this.#itemRoots(spec.items, "outputs"),
    });
    return this.#gas(this.#world.provider, this.#at("disputes", "respond", [spec, job, response]));
  }

  async prove(challenge: bigint, proof: Hex): Promise<number> {
    const args = [challenge, proof];
    return this.#gas(this.#world.stranger, this.#at("disputes", "prove", args));
  }

  /** A question for what is below a hash, and its answer. */
  async round(challenge: bigint, { proof, hash, levels }: Demand, children: readonly Hex[]): Promise<number> {
    const { provider, stranger } = this.#world;
    const demand = this.#at("disputes", "demand", [challenge, proof]);
    const show = this.#at("disputes", "show", [challenge, hash, levels, children]);
    return (await this.#gas(stranger, demand)) + (await this.#gas(provider, show));
  }

  /** Makes the stranger an auditor, who is drawn for every checked job because there is no other. */
  async enrol(): Promise<void> {
    const { glia, registry, provider, stranger, send, mine } = this.#world;
    const amount = parseEther("100000");
    const at = { to: registry, abi: providerRegistryAbi };
    await send(provider, { to: glia, abi: gliaTokenAbi, name: "transfer", args: [stranger, amount] });
    await send(stranger, { to: glia, abi: gliaTokenAbi, name: "approve", args: [registry, amount] });
    await send(stranger, { ...at, name: "stake", args: [this.#address("assurance"), amount] });
    await send(stranger, { ...at, name: "register", args: [stranger, 0n, "https://auditor.example"] });
    await send(stranger, this.#at("assurance", "enrol", [amount]));
    // Stake counts as of the assignment, and not if it came in the same second.
    await mine(2);
  }

  /** The first attestation of a checked job: it captures the seed. */
  async attest(items: number): Promise<number> {
    const { provider, stranger, send, mine } = this.#world;
    const played = await this.#hire(items, { level: 1, checkBps: 10_000, auditPot: 1_000_000n });
    const { job: assigned } = await this.#view(played);
    const [resultRoot, outputDigest, salt] = [this.#root(items, "outputs"), this.#maker.word(), this.#maker.word()];
    const commitment = resultCommitment({ jobId: played.id, provider, resultRoot, outputDigest, salt });
    await send(provider, this.#at("assurance", "commit", [played.spec, assigned, commitment]));
    const delay = await this.#world.client.readContract({
      address: this.#address("beacon"),
      abi: blockhashBeaconAbi,
      functionName: "delay",
    });
    for (let block = 0n; block <= delay; block++) await mine(1);
    const { job } = await this.#view(played);
    const roots = this.#itemRoots(Math.min(items, played.spec.sampleSize), "outputs");
    const word = { jobId: played.id, auditor: stranger, digest: sampleDigest(roots), salt };
    const args = [played.id, job, stranger, attestationCommitment(word), "0x"];
    return this.#gas(stranger, this.#at("assurance", "attest", args));
  }

  async #hire(items: number, changes: Partial<Spec>): Promise<Played> {
    const maker = this.#maker;
    const { modelId } = this.#trace.commitment;
    const batchRoot = this.#root(items, "inputs");
    const spec = maker.spec({ modelId, batchRoot, items, determinism: 1, ...changes });
    const [quote, signature] = await maker.quote(spec, await maker.collateral(spec));
    const { id } = jobOf(await this.#world.send(this.#world.buyer, maker.at("hire", [spec, quote, signature])));
    return { id, spec };
  }

  async #view({ id }: Played) {
    const client = createMarketClient({ publicClient: this.#world.client, deployment: addressesOf(this.#world) });
    return jobFromEvents(client, id);
  }

  #itemRoots(items: number, of: "inputs" | "outputs"): Hex[] {
    const { inputRoots, model } = this.#trace;
    const roots = of === "inputs" ? inputRoots : model.outputs.map(({ tensor }) => this.#trace.tensor(tensor).root);
    return new Array<Hex>(items).fill(itemRootOfRoots(roots));
  }

  #root(items: number, of: "inputs" | "outputs"): Hex {
    return resultTree(this.#trace.keccak, this.#itemRoots(items, of)).root;
  }

  #address(name: "assurance" | "disputes" | "beacon"): Address {
    const address = this.#world[name];
    if (address === undefined) throw new Error(`The deployment must have ${name}.`);
    return address;
  }

  #at(name: "assurance" | "disputes", method: string, args: readonly unknown[]): Call {
    return { to: this.#address(name), abi: name === "assurance" ? assuranceAbi : disputesAbi, name: method, args };
  }

  async #gas(from: Address, call: Call): Promise<number> {
    return Number((await this.#world.send(from, call)).gasUsed);
  }
}
