import { multiaddr } from "@multiformats/multiaddr";
import { BaseBlockstore } from "blockstore-core";
import type { CID } from "multiformats/cid";
import { GliaError } from "../errors.ts";
import type { ContentStore } from "./content-store.ts";
import type { BlockPeer } from "./fetch-content.ts";

export interface PeerOptions {
  readonly store: Pick<ContentStore, "getBlock">;
  /** Which blocks are given to whoever asks; see `createServedSet`. */
  readonly isServed: (cid: CID) => boolean;
  /** Multiaddrs to listen on, for example `/ip4/127.0.0.1/tcp/0`; none unless given. */
  readonly listen?: readonly string[];
  /** Whether a multiaddr may be dialled; every one unless given. Also asked of addresses that other peers name. */
  readonly mayDial?: (address: string) => boolean;
  /** Longest wait for one block, in milliseconds; 30,000 unless given. */
  readonly blockTimeoutMs?: number;
}

/** A libp2p peer that speaks bitswap. */
export interface Peer extends BlockPeer {
  /** Where others reach it, peer id included. */
  readonly addresses: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a peer. It dials only the addresses that a session names and knows no bootstrap nodes, no routing and no discovery:
 * nothing goes to the public network. Its libraries take seconds to load, so they are loaded here and not with the door.
 */
export async function openPeer(options: PeerOptions): Promise<Peer> {
  const { store, isServed, listen = [], mayDial = () => true, blockTimeoutMs = 30_000 } = options;
  const [{ createHeliaLight }, { withLibp2pLight }, { withBitswap }, { tcp }, { noise }, { yamux }, { identify }] =
    await Promise.all([
      import("helia"),
      import("@helia/libp2p"),
      import("@helia/bitswap"),
      import("@libp2p/tcp"),
      import("@chainsafe/libp2p-noise"),
      import("@libp2p/yamux"),
      import("@libp2p/identify"),
    ]);
  const helia = withBitswap(
    withLibp2pLight(createHeliaLight({ blockstore: servedBlockstore(store, isServed) }), {
      addresses: { listen: [...listen] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionGater: { denyDialMultiaddr: (address) => !mayDial(address.toString()) },
      services: { identify: identify() },
    }),
  );
  await helia.start();
  return {
    addresses: helia.libp2p.getMultiaddrs().map(String),
    close: async () => {
      await helia.stop();
    },
    session: (root, addresses) => {
      const session = helia.blockstore.createSession(root, {
        providers: addresses.map((address) => multiaddr(address)),
        maxProviders: addresses.length,
      });
      return {
        close: () => session.close(),
        get: async (cid, signal) => {
          const timeout = AbortSignal.timeout(blockTimeoutMs);
          try {
            const parts: Uint8Array[] = [];
            for await (const part of session.get(cid, { signal: AbortSignal.any([signal, timeout]) })) parts.push(part);
            return Buffer.concat(parts);
          } catch (cause) {
            signal.throwIfAborted();
            throw new GliaError(
              "PEER_FAILED",
              `Block ${cid.toString()} did not come from ${addresses.join(", ")}${timeout.aborted ? ` within ${blockTimeoutMs} ms` : ""}.`,
              {
                kind: "network",
                retryable: true,
                cause,
              },
            );
          }
        },
      };
    },
  };
}

/** What the peer sees of the store: served blocks only. Blocks that it fetches are stored by whoever asked for them. */
function servedBlockstore(store: Pick<ContentStore, "getBlock">, isServed: (cid: CID) => boolean): BaseBlockstore {
  return new (class extends BaseBlockstore {
    // Bitswap asks this before each block and then reads it; a block that is gone by then counts as one that is not here.
    override has(cid: CID): boolean {
      return isServed(cid);
    }
    override async *get(cid: CID): AsyncGenerator<Uint8Array> {
      const bytes = isServed(cid) ? await store.getBlock(cid) : undefined;
      if (bytes === undefined) throw Object.assign(new Error("Not served."), { name: "NotFoundError" });
      yield bytes;
    }
    override put(cid: CID): CID {
      return cid;
    }
  })();
}
