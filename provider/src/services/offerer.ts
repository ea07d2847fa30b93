import { AssuranceLevel, GliaError, type JobSpec, type MarketClient } from "@glia/sdk";
import { type Address, getAddress, zeroAddress } from "viem";

import type { Journal } from "../adapters/store/journal.ts";
import { admitJob, type Policy } from "../domain/admission.ts";
import { admitModule } from "../domain/module-terms.ts";
import { priceJob, type PriceList } from "../domain/pricing.ts";
import type { DeclaredSizes } from "./check-content.ts";
import type { Modules } from "./modules.ts";

/** What this node asks for a job. */
export interface Offer {
  /** Token units. */
  readonly price: bigint;
  /** GLIA units that the job would lock. */
  readonly collateral: bigint;
  /** The registry's quote nonce of the provider, as of now. */
  readonly quoteNonce: number;
}

export interface OffererOptions {
  readonly client: MarketClient;
  readonly journal: Journal;
  readonly modules: Pick<Modules, "parametersOf">;
  readonly provider: Address;
  readonly policy: Policy;
  readonly prices: Readonly<Record<string, PriceList>>;
  /** Size of a local file by digest, or undefined. */
  readonly localSize: (digest: `0x${string}`) => Promise<number | undefined>;
  /** Whether the operator asked for no new jobs. */
  readonly isDraining: () => boolean;
}

/** Prices jobs and decides whether to offer them; used for quotes and for auctions alike. */
export interface Offerer {
  /**
   * @param declared sizes that the buyer stated; local files are measured instead, and what is unknown costs nothing extra.
   * @throws GliaError of kind `refused` with the first reason against the job.
   */
  offer(spec: JobSpec, declared: DeclaredSizes): Promise<Offer>;
}

const ACTIVE = ["taking", "assigned", "fetched", "computed", "revealing", "rejecting"] as const;

/** Creates the {@link Offerer}. */
export function createOfferer(options: OffererOptions): Offerer {
  const { client, journal, provider, policy } = options;
  const prices = new Map(Object.entries(options.prices).map(([token, list]) => [getAddress(token), list]));

  /** The market gives an exact job the module of its level; whoever cannot serve that could only lose the job. */
  async function assertServed({ level, determinism }: JobSpec): Promise<void> {
    if (determinism !== 1) return;
    const isAudited = level === AssuranceLevel.Audited;
    const module = await client.moduleOf(isAudited ? AssuranceLevel.Audited : AssuranceLevel.Optimistic);
    if (module !== zeroAddress) {
      admitModule(await options.modules.parametersOf(module), policy.minExecutionWindow);
      return;
    }
    if (!isAudited) return;
    throw new GliaError("LEVEL_NOT_OFFERED", `The market has no assurance module for level ${level}`, {
      kind: "refused",
      hint: "Ask for level 0 (optimistic).",
      details: { level },
    });
  }

  return {
    async offer(spec, declared) {
      const list = prices.get(getAddress(spec.token));
      if (list === undefined) {
        throw new GliaError("TOKEN_NOT_PRICED", `This provider has no price in token ${spec.token}`, {
          kind: "refused",
          hint: "GET /v1/info lists the tokens with a price.",
          details: { tokens: [...prices.keys()] },
        });
      }
      const [modelBytes, inputBytes] = await Promise.all([
        options.localSize(spec.modelDigest).then((size) => size ?? declared.modelBytes ?? 0),
        options.localSize(spec.inputDigest).then((size) => size ?? declared.inputBytes ?? 0),
      ]);
      const outputBytes = Math.min(spec.items * spec.maxItemOutputBytes, policy.maxOutputBytes);
      const price = priceJob(list, { items: spec.items, modelBytes, inputBytes, outputBytes });
      const [collateral, position, entry] = await Promise.all([
        client.requiredCollateral(spec),
        client.position(provider),
        client.provider(provider),
      ]);
      if (!entry.registered)
        throw new GliaError("NOT_REGISTERED", "This provider is not registered", { kind: "refused", retryable: true });
      admitJob(spec, price, policy, {
        capabilities: entry.capabilities,
        freeStake: position.free,
        stake: position.free + position.locked,
        collateral,
        activeJobs: journal.jobs.listByState(...ACTIVE).length,
        draining: options.isDraining(),
      });
      await assertServed(spec);
      return { price, collateral, quoteNonce: entry.quoteNonce };
    },
  };
}
