export { accessManagerAbi, gliaTokenAbi, jobMarketAbi, providerRegistryAbi, vaultAbi } from "@glia/contracts";
