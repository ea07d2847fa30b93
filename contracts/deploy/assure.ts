/** The contracts that check results: how they hang together, and that the market uses them. */
import { isAddressEqual, zeroAddress, type Address } from "viem";

import { assuranceAbi } from "../abi/Assurance.ts";
import { disputesAbi } from "../abi/Disputes.ts";
import { jobMarketAbi } from "../abi/JobMarket.ts";
import type { Deployment } from "../deployment.ts";
import { actingAs } from "./configure.ts";
import { ROLES } from "./roles.ts";
import { confirm, type Session } from "./session.ts";

/** What came with assurance. */
export type Assured = Pick<Deployment, "assurance" | "disputes" | "referee" | "beacon">;

type Wired = Pick<Deployment, "accessManager" | "market" | "registry" | "vault"> & Required<Assured>;

/** `AssuranceLevel` in JobSpec.sol: Optimistic and Audited. */
const LEVELS = [0, 1] as const;

/** Address of the contract that the module created. */
export async function disputesOf({ publicClient }: Session, assurance: Address): Promise<Address> {
  return publicClient.readContract({ address: assurance, abi: assuranceAbi, functionName: "disputes" });
}

/**
 * Makes sure that module, beacon, referee and market belong together.
 *
 * @throws naming the first reference that points elsewhere.
 */
export async function requireAssuranceWiring({ publicClient }: Session, deployed: Wired): Promise<void> {
  const assurance = { address: deployed.assurance, abi: assuranceAbi } as const;
  const disputes = { address: deployed.disputes, abi: disputesAbi } as const;
  const facts: readonly (readonly [string, Promise<Address>, Address])[] = [
    ["assurance.market", publicClient.readContract({ ...assurance, functionName: "market" }), deployed.market],
    ["assurance.registry", publicClient.readContract({ ...assurance, functionName: "registry" }), deployed.registry],
    ["assurance.vault", publicClient.readContract({ ...assurance, functionName: "vault" }), deployed.vault],
    ["assurance.beacon", publicClient.readContract({ ...assurance, functionName: "beacon" }), deployed.beacon],
    ["disputes.assurance", publicClient.readContract({ ...disputes, functionName: "assurance" }), deployed.assurance],
    ["disputes.market", publicClient.readContract({ ...disputes, functionName: "market" }), deployed.market],
    ["disputes.referee", publicClient.readContract({ ...disputes, functionName: "referee" }), deployed.referee],
  ];
  for (const [name, found, wanted] of facts) {
    if (!isAddressEqual(await found, wanted)) {
      throw new Error(`${name} is ${await found} and not ${wanted}: the recorded addresses are not one deployment.`);
    }
  }
}

/** Makes the module that of its levels, where a level has none yet: what governance has set stays. Returns how many transactions that took. */
export async function registerModule(session: Session, deployed: Wired): Promise<number> {
  const { publicClient, walletClient } = session;
  const market = { address: deployed.market, abi: jobMarketAbi } as const;
  const modules = await Promise.all(
    LEVELS.map((level) => publicClient.readContract({ ...market, functionName: "moduleOf", args: [level] })),
  );
  const missing = LEVELS.filter((_, index) => modules[index] === zeroAddress);
  if (missing.length === 0) return 0;
  return actingAs(session, deployed.accessManager, ROLES.MARKETS, async () => {
    for (const level of missing) {
      const args = [level, deployed.assurance] as const;
      await confirm(session, await walletClient.writeContract({ ...market, functionName: "setModule", args }));
      session.onStep(`module of level ${level}: ${deployed.assurance}`);
    }
    return missing.length;
  });
}
