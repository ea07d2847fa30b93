import {
  createPublicClient,
  createWalletClient,
  defineChain,
  http,
  type Account,
  type Chain,
  type HttpTransport,
  type PublicClient,
  type WalletClient,
} from "viem";
import { mnemonicToAccount, type HDAccount } from "viem/accounts";

import { DEVNET_CHAIN_ID } from "./chain.ts";

/** The phrase that every Ethereum development chain funds; whoever reads this can spend from it. */
const MNEMONIC = "test test test test test test test test test test test junk";

/** Who is who among the funded accounts; owners and operators follow by provider. */
const DEPLOYER = 0;
const BUYER = 1;
const FIRST_OWNER = 2;
/** Anvil funds ten accounts: deployer, buyer, and an owner and an operator for each of at most four providers. */
export const MAX_PROVIDERS = 4;

export const devnetAccounts = {
  deployer: (): HDAccount => mnemonicToAccount(MNEMONIC, { addressIndex: DEPLOYER }),
  buyer: (): HDAccount => mnemonicToAccount(MNEMONIC, { addressIndex: BUYER }),
  /** Owner of provider `index`'s stake, counted from 1. */
  owner: (index: number): HDAccount => mnemonicToAccount(MNEMONIC, { addressIndex: FIRST_OWNER + index - 1 }),
  /** Hot key of provider `index`, counted from 1. */
  operator: (index: number): HDAccount =>
    mnemonicToAccount(MNEMONIC, { addressIndex: FIRST_OWNER + MAX_PROVIDERS + index - 1 }),
} as const;

/** Clients of a devnet's chain. */
export interface DevnetClients {
  readonly publicClient: PublicClient;
  readonly wallet: (account: Account) => WalletClient<HttpTransport, Chain, Account>;
}

/** Makes clients that look for new blocks often, since a devnet mines at once. */
export function devnetClients(rpcUrl: string): DevnetClients {
  const chain = defineChain({
    id: DEVNET_CHAIN_ID,
    name: "Glia devnet",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const transport = http(rpcUrl);
  return {
    publicClient: createPublicClient({ chain, transport, pollingInterval: 100, cacheTime: 0 }),
    wallet: (account) => createWalletClient({ account, chain, transport, pollingInterval: 100 }),
  };
}
