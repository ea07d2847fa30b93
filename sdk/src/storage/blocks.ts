import { sha256 } from "multiformats/hashes/sha2";
import { equals } from "multiformats/bytes";
import type { CID } from "multiformats/cid";
import { GliaError } from "../errors.ts";
import { isSupported } from "./cid.ts";

/** Most bytes of a block that is accepted from anywhere; what IPFS implementations agree on. */
export const MAX_BLOCK_SIZE = 2 * 1024 * 1024;

/** Where blocks lie; `get` and `put` trust nobody once wrapped by {@link verifiedBlocks}. */
export interface Blocks {
  /** The block's bytes, or undefined if it is not here. */
  get(cid: CID): Promise<Uint8Array | undefined>;
  put(cid: CID, bytes: Uint8Array): Promise<void>;
  delete(cid: CID): Promise<void>;
  /** A CID for every block; only its hash counts, not its codec. */
  list(): AsyncIterable<CID>;
  /** Resolves when these blocks, as far as they are here, would survive a loss of power. */
  sync(cids: Iterable<CID>): Promise<void>;
}

/** Whether the bytes are what the CID names. */
export async function matchesCid(cid: CID, bytes: Uint8Array): Promise<boolean> {
  if (!isSupported(cid) || bytes.length > MAX_BLOCK_SIZE) return false;
  const { digest } = await sha256.digest(bytes);
  return equals(digest, cid.multihash.digest);
}

/**
 * Checks every block on its way in and out. A stored block that no longer matches (a write cut off by a crash, a bad disk)
 * counts as missing and is removed, so that it is fetched again.
 * `put` throws GliaError `BLOCK_MISMATCH`.
 */
export function verifiedBlocks(inner: Blocks): Blocks {
  return {
    list: () => inner.list(),
    sync: (cids) => inner.sync(cids),
    delete: (cid) => inner.delete(cid),
    get: async (cid) => {
      const bytes = await inner.get(cid);
      if (bytes === undefined || (await matchesCid(cid, bytes))) return bytes;
      await inner.delete(cid);
      return undefined;
    },
    put: async (cid, bytes) => {
      if (!(await matchesCid(cid, bytes))) throw blockMismatch(cid, bytes.length);
      await inner.put(cid, bytes);
    },
  };
}

/** The error for bytes that are not what their CID says. */
export function blockMismatch(cid: CID, length: number): GliaError {
  return new GliaError(
    "BLOCK_MISMATCH",
    `${length} bytes came for block ${cid.toString()}, but they do not have that hash.`,
    {
      kind: "verification",
      hint: "Whoever sent them is broken or dishonest; use another source.",
      details: { cid: cid.toString() },
    },
  );
}
