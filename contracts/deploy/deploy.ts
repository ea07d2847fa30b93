/** Deploys and configures one whole set of contracts, or completes and checks one that was begun. Node only. */
import type { Address, Hex } from "viem";

import type { ContractName } from "../artifacts.ts";
import type { DeployedToken, Deployment } from "../deployment.ts";
import { disputesOf, registerModule, requireAssuranceWiring, type Assured } from "./assure.ts";
import { assignRoles, grantAllRoles, listToken, mintGenesis, requireWiring } from "./configure.ts";
import { PROFILES, type ProfileName } from "./profiles.ts";
import { create, type Session } from "./session.ts";

export { ROLES } from "./roles.ts";
export { GENESIS_SUPPLY, PROFILES } from "./profiles.ts";
export type { AssuranceParameters, MarketParameters, Profile, ProfileName } from "./profiles.ts";
export type { DeployerClient, Session } from "./session.ts";

/** A mintable test token for a devnet. */
export interface DevnetToken {
  readonly name: string;
  readonly symbol: string;
  /** GLIA units that 10^18 units of the token are worth. */
  readonly gliaPerToken: bigint;
}

/** One dollar-like token, 1 GLIA for 1 token of 6 decimals. */
export const DEVNET_TOKENS: readonly DevnetToken[] = [
  { name: "Test Dollar", symbol: "TUSD", gliaPerToken: 10n ** 30n },
];

export interface DeployOptions extends Pick<Session, "publicClient" | "walletClient"> {
  readonly profile: ProfileName;
  /** Receives fees and the genesis supply; the deployer if not given. */
  readonly treasury?: Address;
  /** What an earlier run recorded, whole or in part; contracts that are there are kept. */
  readonly recorded?: Partial<Deployment>;
  /** Called after each contract, so that an interrupted run can be completed. */
  readonly onRecord?: (partial: Partial<Deployment>) => void;
  readonly onStep?: (text: string) => void;
  /** Only with the profile `devnet`; {@link DEVNET_TOKENS} if not given. */
  readonly tokens?: readonly DevnetToken[];
}

/** A deployment with everything that there is by now. */
export type WholeDeployment = Deployment & Required<Assured>;

export interface DeployResult {
  readonly deployment: WholeDeployment;
  /** Number of transactions sent; zero if everything was in place. */
  readonly sent: number;
}

type ContractField = "accessManager" | "glia" | "vault" | "registry" | "market" | "referee" | "beacon" | "assurance";

/**
 * Deploys what is missing and sets what differs. A second run with the first one's record changes nothing.
 *
 * @throws if the record is of another chain or profile, if its addresses do not belong together, or if a transaction reverts.
 */
export async function deploy(options: DeployOptions): Promise<DeployResult> {
  const { publicClient, walletClient, profile } = options;
  const session: Session = { publicClient, walletClient, onStep: options.onStep ?? (() => undefined) };
  const deployer = walletClient.account.address;
  const treasury = options.treasury ?? deployer;
  const chainId = await publicClient.getChainId();
  const settings = PROFILES[profile];
  const recorded = options.recorded ?? {};
  if (recorded.chainId !== undefined && recorded.chainId !== chainId) {
    throw new Error(`The record is of chain ${recorded.chainId} and the network is chain ${chainId}.`);
  }
  if (recorded.profile !== undefined && recorded.profile !== profile) {
    throw new Error(`The record is of profile ${recorded.profile}; deploy with --profile ${recorded.profile}.`);
  }

  let sent = 0;
  const transactions: Record<string, Hex> = { ...recorded.transactions };
  const record: { -readonly [K in keyof Deployment]?: Deployment[K] } = { ...recorded, chainId, profile, transactions };
  const hasCode = async (address: Address | undefined) =>
    address !== undefined && (await publicClient.getCode({ address })) !== undefined;

  async function ensure(field: ContractField, name: ContractName, args: readonly unknown[]): Promise<Address> {
    const known = record[field];
    if (known !== undefined && (await hasCode(known))) return known;
    if (known !== undefined) throw new Error(`There is no contract at the recorded ${field} ${known}.`);
    const made = await create(session, name, args);
    sent += 1;
    record[field] = made.address;
    transactions[field] = made.transaction;
    record.block ??= made.block;
    options.onRecord?.(record);
    return made.address;
  }

  const accessManager = await ensure("accessManager", "AccessManager", [deployer]);
  const glia = await ensure("glia", "GliaToken", [accessManager]);
  const vault = await ensure("vault", "Vault", [accessManager, treasury]);
  const registry = await ensure("registry", "ProviderRegistry", [accessManager, glia, settings.minimumStake]);
  const market = await ensure("market", "JobMarket", [accessManager, vault, registry, glia, settings.parameters]);
  const wired = { accessManager, glia, vault, registry, market };
  const referee = await ensure("referee", "Referee", []);
  const beacon = await ensure("beacon", settings.beacon.contract, [settings.beacon.delay]);
  const assurance = await ensure("assurance", "Assurance", [market, beacon, referee, settings.assurance]);
  const disputes = await disputesOf(session, assurance);
  const assured = { referee, beacon, assurance, disputes };

  await requireWiring(session, wired);
  await requireAssuranceWiring(session, { ...wired, ...assured });
  sent += await assignRoles(session, wired);
  if (profile === "devnet") sent += await grantAllRoles(session, accessManager);
  sent += await registerModule(session, { ...wired, ...assured });
  sent += await mintGenesis(session, wired, treasury);

  const tokens: DeployedToken[] = [...(recorded.tokens ?? [])];
  for (const wanted of profile === "devnet" ? (options.tokens ?? DEVNET_TOKENS) : []) {
    let token = tokens.find(({ symbol }) => symbol === wanted.symbol);
    if (token === undefined) {
      const made = await create(session, "TestToken", [wanted.name, wanted.symbol]);
      sent += 1;
      token = { address: made.address, symbol: wanted.symbol, decimals: 6 };
      tokens.push(token);
      transactions[wanted.symbol] = made.transaction;
      record.tokens = tokens;
      options.onRecord?.(record);
    }
    sent += await listToken(session, wired, token.address, wanted.gliaPerToken);
  }

  const deployment: WholeDeployment = {
    ...wired,
    ...assured,
    chainId,
    profile,
    block: record.block ?? 0,
    tokens,
    transactions,
  };
  return { deployment, sent };
}
