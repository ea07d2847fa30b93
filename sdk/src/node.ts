/** What of the SDK needs Node: content on disk, and a libp2p peer. */
export { openFsStore } from "./storage/fs-store.ts";
export { openPeer } from "./storage/peer.ts";
export type { Peer, PeerOptions } from "./storage/peer.ts";
export { fileJobStore } from "./market/node.ts";
