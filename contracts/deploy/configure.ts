/** What is set in the contracts after they exist: roles, genesis supply, listings. Each step looks first and changes only what differs. */
import { isAddressEqual, type Address } from "viem";

import { accessManagerAbi } from "../abi/AccessManager.ts";
import { gliaTokenAbi } from "../abi/GliaToken.ts";
import { jobMarketAbi } from "../abi/JobMarket.ts";
import { vaultAbi } from "../abi/Vault.ts";
import { providerRegistryAbi } from "../abi/ProviderRegistry.ts";
import type { Deployment } from "../deployment.ts";
import { GENESIS_SUPPLY } from "./profiles.ts";
import { RESTRICTIONS, ROLES } from "./roles.ts";
import { confirm, type Session } from "./session.ts";

type Wired = Pick<Deployment, "accessManager" | "glia" | "vault" | "registry" | "market">;

/**
 * Makes sure that contracts found at recorded addresses belong together.
 *
 * @throws naming the first reference that points elsewhere.
 */
export async function requireWiring({ publicClient }: Session, deployed: Wired): Promise<void> {
  const { accessManager, glia, vault, registry, market } = deployed;
  const of = (address: Address) => ({ address });
  const facts: readonly (readonly [string, Promise<Address>, Address])[] = [
    [
      "glia.authority",
      publicClient.readContract({ ...of(glia), abi: gliaTokenAbi, functionName: "authority" }),
      accessManager,
    ],
    [
      "vault.authority",
      publicClient.readContract({ ...of(vault), abi: vaultAbi, functionName: "authority" }),
      accessManager,
    ],
    [
      "registry.authority",
      publicClient.readContract({ ...of(registry), abi: providerRegistryAbi, functionName: "authority" }),
      accessManager,
    ],
    [
      "registry.glia",
      publicClient.readContract({ ...of(registry), abi: providerRegistryAbi, functionName: "glia" }),
      glia,
    ],
    [
      "market.authority",
      publicClient.readContract({ ...of(market), abi: jobMarketAbi, functionName: "authority" }),
      accessManager,
    ],
    ["market.vault", publicClient.readContract({ ...of(market), abi: jobMarketAbi, functionName: "vault" }), vault],
    [
      "market.registry",
      publicClient.readContract({ ...of(market), abi: jobMarketAbi, functionName: "registry" }),
      registry,
    ],
    ["market.glia", publicClient.readContract({ ...of(market), abi: jobMarketAbi, functionName: "glia" }), glia],
  ];
  for (const [name, found, wanted] of facts) {
    if (!isAddressEqual(await found, wanted)) {
      throw new Error(`${name} is ${await found} and not ${wanted}: the recorded addresses are not one deployment.`);
    }
  }
}

/** Gives every restricted function its role and names the roles. Returns how many transactions that took. */
export async function assignRoles(session: Session, deployed: Wired): Promise<number> {
  const { publicClient, walletClient } = session;
  const manager = { address: deployed.accessManager, abi: accessManagerAbi } as const;
  let sent = 0;
  for (const { target, role, selectors } of RESTRICTIONS) {
    const roleId = ROLES[role];
    const address = deployed[target];
    const current = await Promise.all(
      selectors.map((selector) =>
        publicClient.readContract({ ...manager, functionName: "getTargetFunctionRole", args: [address, selector] }),
      ),
    );
    if (current.every((id) => id === roleId)) continue;
    const args = [address, selectors, roleId] as const;
    await confirm(
      session,
      await walletClient.writeContract({ ...manager, functionName: "setTargetFunctionRole", args }),
    );
    await confirm(
      session,
      await walletClient.writeContract({ ...manager, functionName: "labelRole", args: [roleId, role] }),
    );
    session.onStep(`${role} for ${target}`);
    sent += 2;
  }
  return sent;
}

/** Grants a role to `account` unless it has it. Returns how many transactions that took. */
async function grant(session: Session, accessManager: Address, roleId: bigint, account: Address): Promise<number> {
  const manager = { address: accessManager, abi: accessManagerAbi } as const;
  const [member] = await session.publicClient.readContract({
    ...manager,
    functionName: "hasRole",
    args: [roleId, account],
  });
  if (member) return 0;
  const args = [roleId, account, 0] as const;
  await confirm(session, await session.walletClient.writeContract({ ...manager, functionName: "grantRole", args }));
  return 1;
}

/** Grants the deployer every role, for devnets. Returns how many transactions that took. */
export async function grantAllRoles(session: Session, accessManager: Address): Promise<number> {
  let sent = 0;
  for (const roleId of Object.values(ROLES)) {
    sent += await grant(session, accessManager, roleId, session.walletClient.account.address);
  }
  return sent;
}

/** Lets the deployer act with a role that it gives back afterwards, unless it had it before. Returns how many transactions that took. */
export async function actingAs(
  session: Session,
  accessManager: Address,
  roleId: bigint,
  act: () => Promise<number>,
): Promise<number> {
  const deployer = session.walletClient.account.address;
  const granted = await grant(session, accessManager, roleId, deployer);
  const sent = await act();
  if (granted === 0) return sent;
  const args = [roleId, deployer] as const;
  const manager = { address: accessManager, abi: accessManagerAbi } as const;
  await confirm(session, await session.walletClient.writeContract({ ...manager, functionName: "renounceRole", args }));
  return granted + sent + 1;
}

/** Mints the genesis supply to the treasury if no GLIA exists; the right to mint is given back. */
export async function mintGenesis(session: Session, deployed: Wired, treasury: Address): Promise<number> {
  const { publicClient, walletClient } = session;
  const glia = { address: deployed.glia, abi: gliaTokenAbi } as const;
  if ((await publicClient.readContract({ ...glia, functionName: "totalSupply" })) > 0n) return 0;
  return actingAs(session, deployed.accessManager, ROLES.MINTER, async () => {
    const args = [treasury, GENESIS_SUPPLY] as const;
    await confirm(session, await walletClient.writeContract({ ...glia, functionName: "mint", args }));
    session.onStep(`genesis supply to ${treasury}`);
    return 1;
  });
}

/** Lists a token at `gliaPerToken` (GLIA units for 10^18 token units) unless it is listed. */
export async function listToken(
  session: Session,
  deployed: Wired,
  token: Address,
  gliaPerToken: bigint,
): Promise<number> {
  const market = { address: deployed.market, abi: jobMarketAbi } as const;
  const [current] = await session.publicClient.readContract({ ...market, functionName: "listing", args: [token] });
  if (current !== 0n) return 0;
  const args = [token, gliaPerToken] as const;
  await confirm(session, await session.walletClient.writeContract({ ...market, functionName: "listToken", args }));
  return 1;
}
