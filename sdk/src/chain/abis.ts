export { gliaTokenAbi, jobMarketAbi, providerRegistryAbi, vaultAbi } from "@glia/contracts";
