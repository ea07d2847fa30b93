import { type AssuranceParameters, assuranceOf, decodeMarketLog, GliaError, type MarketClient } from "@glia/sdk";
import { type Address, getAddress, isAddressEqual, type Log, zeroAddress } from "viem";
import { z } from "zod";

import type { Journal } from "../adapters/store/journal.ts";
import { checkModuleParameters } from "../domain/module-terms.ts";
import type { Logger } from "../util/log.ts";

/** A version of the assurance module that some job was hired with. */
export interface WatchedModule {
  readonly module: Address;
  readonly disputes: Address;
}

/** The contracts whose events the node follows besides the market's. */
export interface Modules {
  list(): readonly WatchedModule[];
  /** Whether jobs with this module can be run here: there is none, or it is one that this node understands. */
  isKnown(module: Address): boolean;
  /**
   * What a module was deployed with, for good.
   * @throws GliaError `MODULE_UNKNOWN` for a contract that is no module, or one of a version that this node does not understand; any other is
   * the endpoint's fault and goes away.
   */
  parametersOf(module: Address): Promise<AssuranceParameters>;
  /** Takes up the modules of jobs in these logs; true if one is new, so that the same blocks must be asked for its events too. */
  learn(logs: readonly Log[]): Promise<boolean>;
}

const UNKNOWN = "MODULE_UNKNOWN";

/** Key of the journal's setting. */
const KEY = "modules";
const address = z.string().transform((text) => getAddress(text));
const schema = z.array(z.object({ module: address, disputes: address }));

/** Codes with which a contract that is no such module answers; anything else is the endpoint's fault and goes away. */
const FOREIGN = new Set<GliaError["kind"]>(["usage", "input", "refused", "verification", "internal"]);

/**
 * Modules come from governance alone, and each job names its own: whoever follows those of all jobs follows every one that matters. They are
 * kept in the journal, because jobs outlive a module's time at the market.
 */
export function createModules(client: MarketClient, journal: Journal, log: Logger): Modules {
  const { market } = client.deployment;
  const known = new Map<Address, WatchedModule>();
  const foreign = new Set<Address>();
  for (const entry of schema.parse(JSON.parse(journal.settings.get(KEY) ?? "[]"))) known.set(entry.module, entry);

  async function read(module: Address): ReturnType<typeof assuranceOf> {
    try {
      const assurance = await assuranceOf(client, module);
      checkModuleParameters(module, assurance.parameters);
      return assurance;
    } catch (error) {
      if (!(error instanceof GliaError) || error.retryable || !FOREIGN.has(error.kind)) throw error;
      if (error.code === UNKNOWN) throw error;
      const message = `The contract ${module} is no assurance module that this node understands`;
      throw new GliaError(UNKNOWN, message, { kind: "refused", hint: "Update the node.", cause: error });
    }
  }

  async function add(module: Address): Promise<void> {
    try {
      const { disputes } = await read(module);
      known.set(module, { module, disputes });
      journal.settings.put(KEY, JSON.stringify([...known.values()]));
      log.info({ module, disputes }, "follows an assurance module");
    } catch (error) {
      if (!(error instanceof GliaError) || error.code !== UNKNOWN) throw error;
      foreign.add(module);
      log.error({ module, err: error }, "a job's module is none that this node understands: update the node");
    }
  }

  return {
    list: () => [...known.values()],
    isKnown: (module) => module === zeroAddress || known.has(getAddress(module)),
    parametersOf: async (module) => (await read(module)).parameters,
    async learn(logs) {
      const found = new Set<Address>();
      for (const entry of logs) {
        if (!isAddressEqual(entry.address, market)) continue;
        const event = decodeMarketLog(entry);
        if (event?.eventName === "JobAssigned") found.add(getAddress(event.args.module));
        else if (event?.eventName === "JobTaken") found.add(getAddress(event.args.job.module));
      }
      const before = known.size;
      for (const module of found)
        if (module !== zeroAddress && !known.has(module) && !foreign.has(module)) await add(module);
      return known.size > before;
    },
  };
}
