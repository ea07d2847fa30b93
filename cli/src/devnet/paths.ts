import { homedir } from "node:os";
import { join } from "node:path";

/** Everything Glia keeps for this user: `$GLIA_HOME`, else `~/.glia`. */
export function gliaHome(): string {
  return process.env["GLIA_HOME"] ?? join(homedir(), ".glia");
}

/** Files of one devnet; deleting `root` deletes the devnet. */
export interface DevnetPaths {
  readonly root: string;
  /** What is running and where: {@link DevnetState}. */
  readonly state: string;
  readonly chainState: string;
  readonly chainLog: string;
  /** Addresses of the contracts, as the deploy command writes them. */
  readonly deployment: string;
  /** Data directory of provider `index`, counted from 1. */
  provider(index: number): string;
  providerLog(index: number): string;
}

/** Lays out a devnet below `root`. */
export function devnetPaths(root: string = join(gliaHome(), "devnet")): DevnetPaths {
  return {
    root,
    state: join(root, "devnet.json"),
    chainState: join(root, "chain.json"),
    chainLog: join(root, "logs", "chain.log"),
    deployment: join(root, "deployments", "31337.json"),
    provider: (index) => join(root, "providers", String(index)),
    providerLog: (index) => join(root, "logs", `provider-${String(index)}.log`),
  };
}
