import { code as DAG_PB } from "@ipld/dag-pb";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { create as createDigest } from "multiformats/hashes/digest";
import { sha256 } from "multiformats/hashes/sha2";
import { bytesToHex, hexToBytes } from "viem";
import type { Hex } from "viem";
import { GliaError } from "../errors.ts";

export { DAG_PB };
export const RAW = raw.code;

/**
 * The CID of a file whose root digest stands on chain: CIDv1, dag-pb, sha2-256.
 * @throws GliaError `CID_INVALID` unless it is 32 bytes.
 */
export function digestToCid(digest: Hex): CID {
  if (!/^0x[0-9a-fA-F]{64}$/.test(digest)) throw invalid(digest, "a content digest is 32 bytes as 0x hex");
  return CID.createV1(DAG_PB, createDigest(sha256.code, hexToBytes(digest)));
}

/**
 * The 32 bytes that name a file on chain.
 * @throws GliaError `CID_INVALID` for every CID but a CIDv1, dag-pb, sha2-256 one.
 */
export function cidToDigest(cid: CID): Hex {
  if (cid.version !== 1 || cid.code !== DAG_PB || !isSha256(cid)) {
    throw invalid(cid.toString(), "the root of a file is a CIDv1 with codec dag-pb and hash sha2-256 (bafybei…)");
  }
  return bytesToHex(cid.multihash.digest);
}

/**
 * Parses a CID from text.
 * @throws GliaError `CID_INVALID`.
 */
export function parseCid(text: string): CID {
  try {
    if (text.length <= 200) return CID.parse(text);
  } catch {
    // Said below, in our own words.
  }
  throw invalid(text.slice(0, 80), "this is no CID; one looks like bafybei…");
}

/** Whether blocks of this CID can be checked and walked here: dag-pb or raw, sha2-256. */
export function isSupported(cid: CID): boolean {
  return (cid.code === DAG_PB || cid.code === RAW) && isSha256(cid);
}

/** Map key of a link: a block and how it is to be read. */
export function cidKey(cid: CID): string {
  return cid.toV1().toString();
}

/** Map key of a block's bytes, however they are to be read: stores keep each once. */
export function blockKey(cid: CID): string {
  return bytesToHex(cid.multihash.bytes);
}

function isSha256(cid: CID): boolean {
  return cid.multihash.code === sha256.code && cid.multihash.digest.length === 32;
}

function invalid(value: string, right: string): GliaError {
  return new GliaError("CID_INVALID", `${JSON.stringify(value)} cannot be used: ${right}.`, {
    kind: "input",
    details: { value },
  });
}
