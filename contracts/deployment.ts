/** What is known of one deployment; the content of contracts/deployments/<chainId>.json. */
import { isAddress, type Address, type Hex } from "viem";

/** A token that the market lists, for tools that want a name. */
export interface DeployedToken {
  readonly address: Address;
  readonly symbol: string;
  readonly decimals: number;
}

export interface Deployment {
  readonly chainId: number;
  /** Name of the parameter profile that was deployed. */
  readonly profile: "production" | "devnet";
  /** Block of the first deployment transaction; logs begin there. */
  readonly block: number;
  readonly accessManager: Address;
  readonly glia: Address;
  readonly vault: Address;
  readonly registry: Address;
  readonly market: Address;
  /** Module of the levels Optimistic and Audited, for exact models; like the next three absent from records of before it existed. */
  readonly assurance?: Address;
  /** Created by {@link Deployment.assurance}. */
  readonly disputes?: Address;
  readonly referee?: Address;
  readonly beacon?: Address;
  /** Tokens besides GLIA. */
  readonly tokens: readonly DeployedToken[];
  /** Hash of the creating transaction by contract. */
  readonly transactions: Readonly<Record<string, Hex>>;
}

const CONTRACTS = ["accessManager", "glia", "vault", "registry", "market"] as const;
const LATER_CONTRACTS = ["assurance", "disputes", "referee", "beacon"] as const;

/**
 * Checks that parsed JSON is a deployment.
 *
 * @throws naming the first field that is missing or malformed.
 */
export function parseDeployment(value: unknown): Deployment {
  if (typeof value !== "object" || value === null) throw new Error("A deployment must be a JSON object.");
  const fields = value as Partial<Record<keyof Deployment, unknown>>;
  for (const name of ["chainId", "block"] as const) {
    if (!Number.isSafeInteger(fields[name])) throw new Error(`A deployment's ${name} must be a whole number.`);
  }
  for (const name of [...CONTRACTS, ...LATER_CONTRACTS.filter((later) => fields[later] !== undefined)]) {
    const address = fields[name];
    if (typeof address !== "string" || !isAddress(address)) {
      throw new Error(
        `A deployment's ${name} must be a contract address such as 0x5FbDB2315678afecb367f032d93F642f64180aa3.`,
      );
    }
  }
  if (!Array.isArray(fields.tokens)) throw new Error("A deployment's tokens must be a list.");
  return value as Deployment;
}
