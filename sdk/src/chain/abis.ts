export {
  accessManagerAbi,
  assuranceAbi,
  blockhashBeaconAbi,
  disputesAbi,
  gliaTokenAbi,
  headerBeaconAbi,
  jobMarketAbi,
  providerRegistryAbi,
  refereeAbi,
  vaultAbi,
} from "@glia/contracts";
