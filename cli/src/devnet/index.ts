/** A whole Glia on this machine, for trying, for tests and for the demo. */
export { addProvider } from "./add-provider.ts";
export type { AddProviderOptions } from "./add-provider.ts";
export { devnetAccounts, devnetClients } from "./accounts.ts";
export { freePort } from "./chain.ts";
export { devnetDown } from "./down.ts";
export { testDollar } from "./fund.ts";
export { isAlive } from "./process.ts";
export { startProvider } from "./providers.ts";
export { devnetUp } from "./up.ts";
export { devnetPaths } from "./paths.ts";
export { readDevnet } from "./state.ts";
export type { DevnetProvider, DevnetState } from "./state.ts";
