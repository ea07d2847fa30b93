/** What of the SDK needs Node: content on disk, and a libp2p peer. */
export { openFsStore } from "./storage/fs-store.ts";
export { fileJobStore } from "./market/node.ts";
