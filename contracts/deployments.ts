/** Deployments on public chains, by chain id. A local chain's deployment is in the folder of whoever started that chain. */
import type { Deployment } from "./deployment.ts";

export const deployments: Readonly<Record<number, Deployment>> = {};
