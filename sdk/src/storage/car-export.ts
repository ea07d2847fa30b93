import * as CarBufferWriter from "@ipld/car/buffer-writer";
import type { CID } from "multiformats/cid";
import { varint } from "multiformats";
import type { Blocks } from "./blocks.ts";
import { cidKey } from "./cid.ts";
import { blockMissing } from "./content-errors.ts";
import { walkBlocks } from "./file-dag.ts";

/**
 * A CAR (version 1) of whole files: parents before children, each block once.
 * @throws GliaError `CONTENT_MISSING` when it comes to a block that is not here.
 */
export async function* exportCar(roots: readonly CID[], blocks: Pick<Blocks, "get">): AsyncGenerator<Uint8Array> {
  const header = CarBufferWriter.createWriter(new ArrayBuffer(CarBufferWriter.headerLength({ roots: [...roots] })), {
    roots: [...roots],
  });
  yield header.close();
  const written = new Set<string>();
  for (const root of roots) {
    for await (const { cid, bytes } of walkBlocks(root, blocks)) {
      if (written.has(cidKey(cid))) continue;
      if (bytes === undefined) throw blockMissing(cid);
      written.add(cidKey(cid));
      yield sectionHead(cid, bytes.length);
      yield bytes;
    }
  }
}

function sectionHead(cid: CID, blockSize: number): Uint8Array {
  const length = cid.bytes.length + blockSize;
  const head = new Uint8Array(varint.encodingLength(length) + cid.bytes.length);
  varint.encodeTo(length, head);
  head.set(cid.bytes, varint.encodingLength(length));
  return head;
}
