import { erc20Abi } from "viem";
import type { Account, Address, Chain, Hex, PublicClient, Transport, WalletClient } from "viem";
import { GliaError } from "../errors.ts";
import { jobMarketAbi, providerRegistryAbi, vaultAbi } from "./abis.ts";
import type { Deployment } from "./deployment.ts";
import { explained } from "./explained.ts";
import type { AssuranceLevel, JobSpec, JobStatus, MarketDomain } from "./types.ts";

/** A wallet that has an account. */
export type Wallet = WalletClient<Transport, Chain | undefined, Account>;

export interface MarketClientOptions {
  readonly publicClient: PublicClient;
  /** Without one the client only reads. */
  readonly walletClient?: Wallet;
  readonly deployment: Deployment;
}

/** What a market client was made of. */
interface MarketClientParts {
  readonly publicClient: PublicClient;
  readonly walletClient: Wallet | undefined;
  readonly deployment: Deployment;
  readonly domain: MarketDomain;
}

/** Typed reads of one market and its neighbours, and the wallet that writes. All reads reject with a {@link GliaError}. */
export type MarketClient = MarketClientParts & ReturnType<typeof createReads>;

/** Creates a {@link MarketClient}; does no I/O. */
export function createMarketClient({ publicClient, walletClient, deployment }: MarketClientOptions): MarketClient {
  const domain: MarketDomain = { chainId: deployment.chainId, market: deployment.market };
  const parts = { publicClient, walletClient, deployment, domain };
  return { ...parts, ...createReads(parts) };
}

function createReads({ publicClient, walletClient, deployment }: MarketClientParts) {
  const { market, vault, registry } = deployment;
  const marketContract = { address: market, abi: jobMarketAbi } as const;
  const registryContract = { address: registry, abi: providerRegistryAbi } as const;
  const vaultContract = { address: vault, abi: vaultAbi } as const;

  return {
    /** Status, number of open challenges and hash of the job struct; at `blockNumber` or the latest block. */
    statusOf: async (jobId: Hex, blockNumber?: bigint) => {
      const [status, openChallenges, jobHash] = await explained(
        publicClient.readContract({
          ...marketContract,
          functionName: "statusOf",
          args: [jobId],
          ...(blockNumber === undefined ? {} : { blockNumber }),
        }),
      );
      return { status: status as JobStatus, openChallenges, jobHash };
    },
    /** GLIA units that a provider must lock for this spec. */
    requiredCollateral: (spec: JobSpec) =>
      explained(publicClient.readContract({ ...marketContract, functionName: "requiredCollateral", args: [spec] })),
    /** The auction's price in token units at a Unix time in seconds. */
    auctionPrice: (spec: JobSpec, time: bigint) =>
      explained(publicClient.readContract({ ...marketContract, functionName: "auctionPrice", args: [spec, time] })),
    /** What governance has set. */
    parameters: () => explained(publicClient.readContract({ ...marketContract, functionName: "parameters" })),
    /** Rate of a listed token, `gliaPerToken` zero where it is not listed. */
    listing: async (token: Address) => {
      const [gliaPerToken, updatedAt] = await explained(
        publicClient.readContract({ ...marketContract, functionName: "listing", args: [token] }),
      );
      return { gliaPerToken, updatedAt };
    },
    /** The assurance module that new exact jobs of a level get; the zero address where there is none. */
    moduleOf: (level: AssuranceLevel) =>
      explained(publicClient.readContract({ ...marketContract, functionName: "moduleOf", args: [level] })),
    /** Unix seconds until which new jobs are stopped; in the past where they are not. */
    pausedUntil: () => explained(publicClient.readContract({ ...marketContract, functionName: "pausedUntil" })),

    /** A provider's entry in the registry; `registered` false for anybody else. */
    provider: (account: Address) =>
      explained(publicClient.readContract({ ...registryContract, functionName: "provider", args: [account] })),
    /** A provider's stake at this market, or at an assurance module, in GLIA units. */
    position: (account: Address, at: Address = market) =>
      explained(publicClient.readContract({ ...registryContract, functionName: "position", args: [account, at] })),
    /** GLIA units that a provider must have staked to register. */
    minimumStake: () => explained(publicClient.readContract({ ...registryContract, functionName: "minimumStake" })),

    /** Vault balance in token units. */
    vaultBalance: (account: Address, token: Address) =>
      explained(publicClient.readContract({ ...vaultContract, functionName: "balanceOf", args: [account, token] })),
    /** What this market may still escrow of the account's balance, in token units. */
    vaultAllowance: (account: Address, token: Address) =>
      explained(
        publicClient.readContract({ ...vaultContract, functionName: "allowance", args: [account, market, token] }),
      ),
    /** Token units in the account's own wallet. */
    walletBalance: (account: Address, token: Address) =>
      explained(
        publicClient.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] }),
      ),
    /** Token units that the Vault may pull from the account's wallet. */
    vaultApproval: (account: Address, token: Address) =>
      explained(
        publicClient.readContract({ address: token, abi: erc20Abi, functionName: "allowance", args: [account, vault] }),
      ),
    /** Decimals and symbol, for people. */
    tokenInfo: async (token: Address) => {
      const contract = { address: token, abi: erc20Abi } as const;
      const [decimals, symbol] = await explained(
        Promise.all([
          publicClient.readContract({ ...contract, functionName: "decimals" }),
          publicClient.readContract({ ...contract, functionName: "symbol" }),
        ]),
      );
      return { decimals, symbol };
    },

    /** The wallet, or an error that asks for one. */
    requireWallet: (): Wallet => {
      if (walletClient !== undefined) return walletClient;
      throw new GliaError("NO_ACCOUNT", "This needs an account that signs, and none was given.", {
        kind: "usage",
        hint: "Create the client with a walletClient that has an account.",
      });
    },
  };
}
