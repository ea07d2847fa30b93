import type { CID } from "multiformats/cid";
import { GliaError } from "../errors.ts";
import type { Blocks } from "./blocks.ts";
import { cidKey } from "./cid.ts";
import { blockMissing } from "./content-errors.ts";
import { readFileNode } from "./file-node.ts";
import type { FileChild, FileNode } from "./file-node.ts";

/** Deepest tree that is walked; with 1,024 links a node, four levels hold 2^50 bytes. */
const MAX_DEPTH = 8;

type Source = Pick<Blocks, "get">;

/** A block of a file, and how many bytes of the file are *in* it (0 for inner nodes). */
export interface WalkedBlock {
  readonly cid: CID;
  /** Undefined where the block is missing, and with it whatever is below. */
  readonly bytes: Uint8Array | undefined;
  /** Bytes of the file below this block, as far as known; undefined for a missing root. */
  readonly size: number | undefined;
  readonly leaf: boolean;
}

/**
 * All blocks of a file, parents before children and each one once, missing ones included.
 * @throws GliaError `CONTENT_MALFORMED`.
 */
export async function* walkBlocks(root: CID, blocks: Source): AsyncGenerator<WalkedBlock> {
  const seen = new Set<string>([cidKey(root)]);
  const stack: { cid: CID; size: number | undefined; depth: number }[] = [{ cid: root, size: undefined, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { cid, depth } = next;
    const bytes = await blocks.get(cid);
    const node = bytes === undefined ? undefined : nodeAt(cid, bytes, next.size, depth);
    yield { cid, bytes, size: node?.size ?? next.size, leaf: node?.leaf !== undefined };
    for (const child of (node?.children ?? []).toReversed()) {
      if (seen.has(cidKey(child.cid))) continue;
      seen.add(cidKey(child.cid));
      stack.push({ ...child, depth: depth + 1 });
    }
  }
}

/**
 * The root's node: its size and first links.
 * @throws GliaError `CONTENT_MISSING`, `CONTENT_MALFORMED`.
 */
export async function readRoot(root: CID, blocks: Source): Promise<FileNode> {
  return readFileNode(root, await need(root, blocks));
}

/**
 * The bytes from `start` up to `end` of a file, as views of its leaves.
 * @throws GliaError `CONTENT_MISSING`, `CONTENT_MALFORMED`.
 */
export async function* readRange(root: CID, blocks: Source, start: number, end: number): AsyncGenerator<Uint8Array> {
  const top: FileChild = { cid: root, size: (await readRoot(root, blocks)).size };
  yield* readBelow(top, 0, 0);

  async function* readBelow({ cid, size }: FileChild, offset: number, depth: number): AsyncGenerator<Uint8Array> {
    const node = nodeAt(cid, await need(cid, blocks), size, depth);
    if (node.leaf !== undefined) {
      yield node.leaf.subarray(Math.max(0, start - offset), Math.min(size, end - offset));
      return;
    }
    let at = offset;
    for (const child of node.children) {
      if (at < end && at + child.size > start) yield* readBelow(child, at, depth + 1);
      at += child.size;
    }
  }
}

function nodeAt(cid: CID, bytes: Uint8Array, size: number | undefined, depth: number): FileNode {
  if (depth > MAX_DEPTH) {
    throw new GliaError(
      "CONTENT_MALFORMED",
      `The file's tree is deeper than ${MAX_DEPTH} levels at ${cid.toString()}.`,
      { kind: "input" },
    );
  }
  return readFileNode(cid, bytes, size);
}

async function need(cid: CID, blocks: Source): Promise<Uint8Array> {
  const bytes = await blocks.get(cid);
  if (bytes !== undefined) return bytes;
  throw blockMissing(cid);
}
