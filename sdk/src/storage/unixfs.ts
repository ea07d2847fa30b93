import { importFile } from "ipfs-unixfs-importer";
import type { ImporterOptions } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";
import type { CID } from "multiformats/cid";
import type { Blocks } from "./blocks.ts";

/** Bytes of every leaf but the last. */
export const CHUNK_SIZE = 1024 * 1024;
/** Most links of one inner node: a file up to 1 GiB is a root and its leaves. */
export const MAX_CHILDREN = 1024;

/**
 * The one place that says how files become blocks. Any change gives every file another digest.
 * The root is dag-pb even for one leaf, so that a bare 32-byte digest names it.
 */
const SETTINGS: ImporterOptions = {
  cidVersion: 1,
  rawLeaves: true,
  reduceSingleLeafToSelf: false,
  wrapWithDirectory: false,
  chunker: fixedSize({ chunkSize: CHUNK_SIZE }),
  layout: balanced({ maxChildrenPerNode: MAX_CHILDREN }),
  // Few, since each is a chunk in memory.
  blockWriteConcurrency: 4,
  fileImportConcurrency: 1,
};

/** Stores a file's blocks and gives its root. */
export async function importUnixfs(content: AsyncIterable<Uint8Array>, blocks: Pick<Blocks, "put">): Promise<CID> {
  const storage = {
    put: async (cid: CID, bytes: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => {
      if (!(bytes instanceof Uint8Array)) throw new TypeError("The importer gives whole blocks.");
      await blocks.put(cid, bytes);
      return cid;
    },
  };
  const { cid } = await importFile({ content }, storage, SETTINGS);
  return cid;
}
