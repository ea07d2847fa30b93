/** Makes the jobs of the gas benchmark: spec, quote, and the calls of a job's life. */
import { jobAfterReveal, jobFromAssigned, jobMarketAbi, type JobStruct } from "@glia/contracts";
import { QUOTE_TYPES, SPONSORSHIP_TYPES } from "@glia/sdk";
import {
  createWalletClient,
  custom,
  encodeAbiParameters,
  parseEventLogs,
  zeroHash,
  type ContractFunctionArgs,
  type Hex,
  type TransactionReceipt,
} from "viem";

import type { Call, World } from "./gas-world.ts";

type Inputs<Name extends "hire" | "hireSponsored"> = ContractFunctionArgs<typeof jobMarketAbi, "nonpayable", Name>;
export type Spec = Inputs<"hire">[0];
export type Quote = Inputs<"hire">[1];
export type Sponsorship = Inputs<"hireSponsored">[3];

/** A price of 2.50 and a price bound of 5.00 in a token of 6 decimals. */
const PRICE = 2_500_000n;
const FAR_FUTURE = 10n ** 10n;
const MINUTE = 60;

/** Creates the calls of jobs, each with its own salt; deterministic. */
export class JobMaker {
  readonly #world: World;
  #count = 0n;

  constructor(world: World) {
    this.#world = world;
  }

  /** 32 bytes without zeros, as hashes mostly are, so that calldata is not flattered. */
  word(): Hex {
    this.#count += 1n;
    return `0x${"a5".repeat(27)}${(0x11_11_11_11_11n + this.#count).toString(16).padStart(10, "1")}`;
  }

  spec(changes: Partial<Spec> = {}): Spec {
    const { buyer, token } = this.#world;
    return {
      buyer,
      payer: buyer,
      modelId: this.word(),
      modelDigest: this.word(),
      batchRoot: this.word(),
      inputDigest: this.word(),
      items: 64,
      maxItemOutputBytes: 4_096,
      token,
      startPrice: 0n,
      maxPrice: PRICE * 2n,
      auctionStart: 0n,
      auctionEnd: 0n,
      rejectWindow: 5 * MINUTE,
      executionWindow: 60 * MINUTE,
      challengeWindow: 360 * MINUTE,
      level: 0,
      checkBps: 1_000,
      sampleSize: 8,
      auditPot: 0n,
      declaredGain: PRICE * 4n,
      minStake: 0n,
      capabilities: 0n,
      // Jobs of exact models have a module, whose calls `npm run bench -- fraud` measures.
      determinism: 0,
      allowedProviders: zeroHash,
      salt: this.word(),
      ...changes,
    };
  }

  at(name: string, args: readonly unknown[]): Call {
    return { to: this.#world.market, abi: jobMarketAbi, name, args };
  }

  async collateral(spec: Spec): Promise<bigint> {
    const { client, market } = this.#world;
    const call = { address: market, abi: jobMarketAbi, functionName: "requiredCollateral", args: [spec] } as const;
    return client.readContract(call);
  }

  async quote(spec: Spec, collateral: bigint): Promise<[Quote, Hex]> {
    const { client, market, provider, operator } = this.#world;
    const jobId = await client.readContract({
      address: market,
      abi: jobMarketAbi,
      functionName: "jobId",
      args: [spec],
    });
    const quote: Quote = { provider, jobId, price: PRICE, collateral, expiry: FAR_FUTURE, nonce: 0 };
    const signature = await operator.signTypedData({
      domain: this.#domain(),
      types: QUOTE_TYPES,
      primaryType: "Quote",
      message: quote,
    });
    return [quote, signature];
  }

  /** A sponsorship of 100 tokens by the provider for the buyer, signed by an account that the local chain holds. */
  async sponsorship(): Promise<[Sponsorship, Hex]> {
    const { client, buyer, provider, token } = this.#world;
    const salt = this.word();
    const sponsorship: Sponsorship = { payer: provider, buyer, token, cap: 10n ** 8n, expiry: FAR_FUTURE, salt };
    const wallet = createWalletClient({ account: provider, transport: custom(client) });
    const signature = await wallet.signTypedData({
      domain: this.#domain(),
      types: SPONSORSHIP_TYPES,
      primaryType: "Sponsorship",
      message: sponsorship,
    });
    return [sponsorship, signature];
  }

  /** The data of {IVault-depositAndCall} that hires. */
  hireData(spec: Spec, quote: Quote, signature: Hex): Hex {
    const hire = jobMarketAbi.find((item) => item.type === "function" && item.name === "hire");
    if (!hire || !("inputs" in hire)) throw new Error("The market must have hire.");
    return encodeAbiParameters(hire.inputs, [spec, quote, signature]);
  }

  #domain() {
    const { chainId, market } = this.#world;
    return { name: "Glia JobMarket", version: "1", chainId, verifyingContract: market };
  }
}

export interface JobRef {
  readonly id: Hex;
  readonly job: JobStruct;
}

/** The job that a receipt's event posts, assigns or, given what it was before, reveals. */
export function jobOf({ logs }: TransactionReceipt, before?: JobRef): JobRef {
  const [posted] = parseEventLogs({ abi: jobMarketAbi, logs, eventName: "JobPosted" });
  if (posted) return { id: posted.args.jobId, job: posted.args.job };
  const [assigned] = parseEventLogs({ abi: jobMarketAbi, logs, eventName: "JobAssigned" });
  if (assigned) return { id: assigned.args.jobId, job: jobFromAssigned(assigned.args) };
  const [revealed] = parseEventLogs({ abi: jobMarketAbi, logs, eventName: "JobRevealed" });
  if (revealed && before) return { ...before, job: jobAfterReveal(before.job, revealed.args) };
  throw new Error("The receipt carries no job.");
}
