import type { Address, Hex } from "viem";
import { assuranceAbi, disputesAbi } from "./abis.ts";
import type { AssuranceParameters, AttestationState, Audit } from "./audit-types.ts";
import type { Challenge, Turn, Verdict } from "./dispute-types.ts";
import type { Claim } from "../exact/dispute/index.ts";
import { explained } from "./explained.ts";
import type { MarketClient } from "./market-client.ts";
import type { JobSpec } from "./types.ts";

/** What never changes of one version of the assurance module. */
interface ModuleFacts {
  /** The module itself: a job's `module`. */
  readonly address: Address;
  readonly disputes: Address;
  readonly beacon: Address;
  readonly parameters: AssuranceParameters;
}

/** Typed reads of one assurance module and its disputes. All reject with a GliaError. */
export type AssuranceClient = ModuleFacts & ReturnType<typeof createReads>;

/** Modules are immutable, so what was read of one holds. */
const known = new WeakMap<MarketClient, Map<string, Promise<AssuranceClient>>>();

/**
 * The module at an address: `job.module`, or `client.moduleOf(level)` for a job that is not hired yet. Its fixed facts are read once.
 * @throws GliaError as reads of a contract do, also if there is no such module.
 */
export async function assuranceOf(client: MarketClient, module: Address): Promise<AssuranceClient> {
  const modules = known.get(client) ?? new Map<string, Promise<AssuranceClient>>();
  known.set(client, modules);
  const key = module.toLowerCase();
  const found = modules.get(key) ?? readModule(client, module);
  modules.set(key, found);
  try {
    return await found;
  } catch (error) {
    // An endpoint that failed once may answer the next time.
    modules.delete(key);
    throw error;
  }
}

async function readModule(client: MarketClient, address: Address): Promise<AssuranceClient> {
  const { publicClient } = client;
  const contract = { address, abi: assuranceAbi } as const;
  const [disputes, beacon, parameters] = await explained(
    Promise.all([
      publicClient.readContract({ ...contract, functionName: "disputes" }),
      publicClient.readContract({ ...contract, functionName: "beacon" }),
      publicClient.readContract({ ...contract, functionName: "parameters" }),
    ]),
  );
  const facts = { address, disputes, beacon, parameters };
  return { ...facts, ...createReads(client, facts) };
}

function createReads({ publicClient }: MarketClient, { address, disputes, parameters }: ModuleFacts) {
  const assurance = { address, abi: assuranceAbi } as const;
  const dispute = { address: disputes, abi: disputesAbi } as const;

  /** Nodes answer calls with a base fee of 0, or with that of a block: prices are scaled to the latest block's. */
  async function atBaseFee(price: Promise<bigint>): Promise<bigint> {
    const [found, bond, gas, { baseFeePerGas }] = await explained(
      Promise.all([
        price,
        publicClient.readContract({ ...dispute, functionName: "bondNow" }),
        publicClient.readContract({ ...dispute, functionName: "ANSWER_GAS" }),
        publicClient.getBlock(),
      ]),
    );
    const { feeFloor } = parameters;
    const fee = baseFeePerGas === null || baseFeePerGas < feeFloor ? feeFloor : baseFeePerGas;
    // The contract's bond is twice ANSWER_GAS at the fee that it was asked with.
    return (found * fee * 2n * gas) / bond;
  }

  return {
    /** What the module keeps of a job; all zero before the commit. */
    auditOf: (jobId: Hex): Promise<Audit> =>
      explained(publicClient.readContract({ ...assurance, functionName: "auditOf", args: [jobId] })),
    attestationOf: (jobId: Hex, auditor: Address): Promise<AttestationState> =>
      explained(publicClient.readContract({ ...assurance, functionName: "attestationOf", args: [jobId, auditor] })),
    /** GLIA units: enrolled, of it locked by attestations, and leaving; Unix seconds at which what leaves is free. */
    auditorOf: async (account: Address) => {
      const [enrolled, bonded, leaving, freeAt] = await explained(
        publicClient.readContract({ ...assurance, functionName: "auditorOf", args: [account] }),
      );
      return { enrolled, bonded, leaving, freeAt };
    },
    /** GLIA units at a Unix time in seconds, which must have passed. */
    auditingStakeAt: (account: Address, time: number) =>
      explained(publicClient.readContract({ ...assurance, functionName: "auditingStakeAt", args: [account, time] })),
    totalAuditingStakeAt: (time: number) =>
      explained(publicClient.readContract({ ...assurance, functionName: "totalAuditingStakeAt", args: [time] })),

    /** Wei that a challenge must bring along at the latest block's base fee. */
    bondNow: () => atBaseFee(publicClient.readContract({ ...dispute, functionName: "bondNow" })),
    /** Wei that a request for the outputs of `items` items must bring along at the latest block's base fee. */
    dataPriceNow: (spec: JobSpec, items: number) =>
      atBaseFee(publicClient.readContract({ ...dispute, functionName: "dataPriceNow", args: [spec, BigInt(items)] })),
    /** A challenge with the turn and deadline that count; at `blockNumber` or the latest block. */
    challengeOf: async (challenge: bigint, blockNumber?: bigint): Promise<Challenge> => {
      const found = await explained(
        publicClient.readContract({
          ...dispute,
          functionName: "challengeOf",
          args: [challenge],
          ...(blockNumber === undefined ? {} : { blockNumber }),
        }),
      );
      return { ...found, turn: found.turn as Turn };
    },
    /** What the provider's response to an item claimed; of no nodes if there is none. */
    claimOf: (jobId: Hex, item: number): Promise<Claim> =>
      explained(publicClient.readContract({ ...dispute, functionName: "claimOf", args: [jobId, item] })),
    verdictOf: (jobId: Hex): Promise<Verdict> =>
      explained(publicClient.readContract({ ...dispute, functionName: "verdictOf", args: [jobId] })),
    /** Wei that an account may withdraw from bonds and prepayments. */
    owed: (account: Address) =>
      explained(publicClient.readContract({ ...dispute, functionName: "owed", args: [account] })),
    /** Whether `delegate` may answer challenges for `provider`. */
    delegated: (provider: Address, delegate: Address) =>
      explained(publicClient.readContract({ ...dispute, functionName: "delegated", args: [provider, delegate] })),
  };
}
