/** Door of @glia/contracts: ABIs and addresses. Safe in a browser; artifacts.ts and deploy/deploy.ts are for Node. */
export { accessManagerAbi } from "./abi/AccessManager.ts";
export { assuranceAbi } from "./abi/Assurance.ts";
export { blockhashBeaconAbi } from "./abi/BlockhashBeacon.ts";
export { disputesAbi } from "./abi/Disputes.ts";
export { gliaTokenAbi } from "./abi/GliaToken.ts";
export { headerBeaconAbi } from "./abi/HeaderBeacon.ts";
export { erc20MetadataAbi } from "./abi/IERC20Metadata.ts";
export { jobMarketAbi } from "./abi/JobMarket.ts";
export { providerRegistryAbi } from "./abi/ProviderRegistry.ts";
export { refereeAbi } from "./abi/Referee.ts";
export { testTokenAbi } from "./abi/TestToken.ts";
export { vaultAbi } from "./abi/Vault.ts";
export { deployments } from "./deployments.ts";
export { parseDeployment } from "./deployment.ts";
export type { Deployment, DeployedToken } from "./deployment.ts";
export { jobAfterReveal, jobFromAssigned } from "./jobs.ts";
export type { JobStruct } from "./jobs.ts";
