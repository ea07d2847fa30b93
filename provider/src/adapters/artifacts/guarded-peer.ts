import { type ContentStore, GliaError, type ServedSet } from "@glia/sdk";
import { openPeer, type Peer } from "@glia/sdk/node";

import { isAllowedMultiaddr } from "./address-rules.ts";

export interface GuardedPeerOptions {
  readonly store: ContentStore;
  /** The blocks that strangers may have. */
  readonly served: ServedSet;
  /** Multiaddrs to listen on. */
  readonly listen: readonly string[];
  /** Devnet switch: loopback addresses are dialled. */
  readonly allowLoopback: boolean;
}

/**
 * A Bitswap peer that dials only public addresses, whoever names them, and gives out only what is served.
 * @throws GliaError `LISTEN_FAILED`; from its sessions `SOURCE_REFUSED`.
 */
export async function openGuardedPeer({ store, served, listen, allowLoopback }: GuardedPeerOptions): Promise<Peer> {
  const mayDial = (address: string): boolean => isAllowedMultiaddr(address, allowLoopback);
  const peer = await openPeer({ store, isServed: served.has, listen, mayDial }).catch((cause: unknown) => {
    throw new GliaError("LISTEN_FAILED", `The node cannot listen on ${listen.join(", ")}`, {
      kind: "usage",
      hint: "Correct the setting listen, or free the port; /ip4/0.0.0.0/tcp/0 lets the system choose.",
      cause,
    });
  });
  return {
    ...peer,
    session(root, addresses) {
      const refused = addresses.find((address) => !mayDial(address));
      if (refused === undefined) return peer.session(root, addresses);
      throw new GliaError("SOURCE_REFUSED", `The source ${refused} is refused: only public IP addresses are dialled`, {
        kind: "refused",
        hint: "Name it as /ip4/…/tcp/…/p2p/….",
      });
    },
  };
}
