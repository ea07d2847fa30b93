import { decode } from "@ipld/dag-pb";
import type { CID } from "multiformats/cid";
import { varint } from "multiformats";
import { GliaError } from "../errors.ts";
import { DAG_PB, isSupported, RAW } from "./cid.ts";

/** A part of a file: a leaf's bytes, or an inner node whose children follow one another. */
export interface FileNode {
  /** Bytes of the file below this node. */
  readonly size: number;
  /** The bytes, where it is a leaf. */
  readonly leaf?: Uint8Array;
  readonly children: readonly FileChild[];
}

/** A link of an inner node. */
export interface FileChild {
  readonly cid: CID;
  /** Bytes of the file below it, as its parent says. */
  readonly size: number;
}

const UNIXFS_FILE = 2;
/** Least bytes below every link but a node's last. Without it, a small file could have millions of links. */
const MIN_PART = 16 * 1024;

/**
 * Reads one block of a file. Only plain files are accepted, whose parts are not too small and whose sizes add up:
 * so walking a file costs no more than its size, whatever its author put into it.
 * @param expectedSize What the parent says; absent for a root.
 * @throws GliaError `CONTENT_MALFORMED`.
 */
export function readFileNode(cid: CID, block: Uint8Array, expectedSize?: number): FileNode {
  const node = cid.code === RAW ? { size: block.length, leaf: block, children: [] } : readInner(cid, block);
  if (expectedSize !== undefined && node.size !== expectedSize) {
    throw malformed(cid, `it holds ${node.size} bytes, but its parent says ${expectedSize}`);
  }
  return node;
}

function readInner(cid: CID, block: Uint8Array): FileNode {
  if (cid.code !== DAG_PB) throw malformed(cid, "its codec is neither dag-pb nor raw");
  let links: { Hash: CID }[];
  let unixfs: UnixfsFields;
  try {
    const node = decode(block);
    links = node.Links;
    unixfs = readUnixfs(node.Data ?? new Uint8Array());
  } catch (cause) {
    throw malformed(cid, "it is no UnixFS node", cause);
  }
  if (unixfs.type !== UNIXFS_FILE) throw malformed(cid, "it is no file but a directory, link or the like");
  if (unixfs.inline) throw malformed(cid, "it has bytes of the file in an inner node");
  if (links.length !== unixfs.sizes.length) throw malformed(cid, "it has not one size per link");
  const children = links.map(({ Hash }, i) => ({ cid: Hash, size: unixfs.sizes[i] ?? 0 }));
  const size = children.reduce((sum, child) => sum + child.size, 0);
  if (children.some((child, i) => child.size < (i === children.length - 1 ? 1 : MIN_PART)))
    throw malformed(cid, "it is cut into too small parts");
  if (!Number.isSafeInteger(size)) throw malformed(cid, "it has more bytes than can be counted");
  if (size !== unixfs.fileSize) throw malformed(cid, "its sizes do not add up");
  if (children.some((child) => !isSupported(child.cid)))
    throw malformed(cid, "it links to blocks that cannot be checked");
  return { size, children };
}

interface UnixfsFields {
  readonly type: number | undefined;
  readonly inline: boolean;
  readonly fileSize: number;
  readonly sizes: readonly number[];
}

/** The protobuf message `unixfs.pb.Data`: 1 type, 2 inline data, 3 file size, 4 sizes of the parts; others are passed over. */
function readUnixfs(bytes: Uint8Array): UnixfsFields {
  let type: number | undefined;
  let inline = false;
  let fileSize = 0;
  const sizes: number[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const [tag, tagLength] = varint.decode(bytes, offset);
    const [value, valueLength] = varint.decode(bytes, offset + tagLength);
    offset += tagLength + valueLength;
    if ((tag & 7) === 2) {
      if (offset + value > bytes.length) throw new RangeError("A field is longer than the message.");
      if (tag >> 3 === 2 && value > 0) inline = true;
      offset += value;
    } else if ((tag & 7) !== 0) throw new RangeError("A field is of a type that UnixFS does not use.");
    else if (tag >> 3 === 1) type = value;
    else if (tag >> 3 === 3) fileSize = value;
    else if (tag >> 3 === 4) sizes.push(value);
  }
  return { type, inline, fileSize, sizes };
}

function malformed(cid: CID, reason: string, cause?: unknown): GliaError {
  return new GliaError("CONTENT_MALFORMED", `Block ${cid.toString()} is no part of a plain file: ${reason}.`, {
    kind: "input",
    hint: "Content must be a UnixFS file with raw leaves, as this SDK's store or `ipfs add --cid-version 1` writes it.",
    details: { cid: cid.toString() },
    ...(cause === undefined ? {} : { cause }),
  });
}
