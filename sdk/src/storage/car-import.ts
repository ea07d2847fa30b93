import { CarBufferReader } from "@ipld/car/buffer-reader";
import { CID } from "multiformats/cid";
import { varint } from "multiformats";
import { GliaError } from "../errors.ts";
import type { Blocks } from "./blocks.ts";
import { contentTooLarge } from "./content-errors.ts";
import { carFrames, carInvalid } from "./car-frames.ts";
import { cidKey } from "./cid.ts";
import { walkBlocks } from "./file-dag.ts";
import { readFileNode } from "./file-node.ts";

export interface ImportCarOptions {
  /** The files that may be in it. The CAR's own roots must be among them, at least one. */
  readonly roots: readonly CID[];
  /** Most bytes of the CAR as it comes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** After each kept block: bytes of the CAR so far. */
  readonly onProgress?: (bytes: number) => void;
  /** Pin the roots that the CAR names, in the same step; then the store has them on disk when it resolves. */
  readonly pin?: boolean;
}

/**
 * Reads a CAR in which parents come before children, as gateways and our own exports write it. Every block is checked against its hash;
 * blocks of other files are passed over. Good blocks are kept even if the rest fails, so that a second try need not fetch them.
 * @throws GliaError `CAR_INVALID`, `CAR_TOO_LARGE`, `CAR_ROOT_UNEXPECTED`, `CAR_INCOMPLETE`, `BLOCK_MISMATCH`, `CONTENT_MALFORMED`.
 */
export async function importCar(
  car: AsyncIterable<Uint8Array>,
  blocks: Blocks,
  options: ImportCarOptions,
): Promise<CID[]> {
  let received = 0;
  let named: CID[] | undefined;
  /** Blocks that an expected file needs, with the size that the parent says. */
  const wanted = new Map<string, number | undefined>();
  for await (const frame of carFrames(bounded(car, options, (bytes) => (received = bytes)))) {
    if (named === undefined) {
      named = readRoots(frame, options.roots);
      for (const root of named) await want(root, undefined);
      continue;
    }
    const { cid, bytes } = readSection(frame);
    const key = cidKey(cid);
    if (!wanted.has(key)) continue;
    const size = wanted.get(key);
    await blocks.put(cid, bytes);
    wanted.delete(key);
    const node = readFileNode(cid, bytes, size);
    if (node.size > options.maxBytes) throw contentTooLarge(cid, node.size, options.maxBytes);
    for (const child of node.children) await want(child.cid, child.size);
    options.onProgress?.(received);
  }
  if (named === undefined) throw carInvalid("it is empty", true);
  for (const root of named) await checkComplete(root, blocks);
  return named;

  /** Marks a block as wanted; where it is here already, the missing ones below it. */
  async function want(cid: CID, size: number | undefined): Promise<void> {
    if (wanted.has(cidKey(cid))) return;
    const bytes = await blocks.get(cid);
    if (bytes === undefined) wanted.set(cidKey(cid), size);
    else for (const child of readFileNode(cid, bytes, size).children) await want(child.cid, child.size);
  }
}

async function* bounded(
  car: AsyncIterable<Uint8Array>,
  { maxBytes, signal }: ImportCarOptions,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of car) {
    signal?.throwIfAborted();
    received += chunk.length;
    if (received > maxBytes) {
      throw new GliaError(
        "CAR_TOO_LARGE",
        `The CAR has more than ${maxBytes} bytes, which is the most that is accepted.`,
        { kind: "refused", details: { maxBytes } },
      );
    }
    count(received);
    yield chunk;
  }
}

function readRoots(frame: Uint8Array, expected: readonly CID[]): CID[] {
  const section = new Uint8Array(varint.encodingLength(frame.length) + frame.length);
  varint.encodeTo(frame.length, section);
  section.set(frame, varint.encodingLength(frame.length));
  let roots: CID[];
  try {
    const reader = CarBufferReader.fromBytes(section);
    if (reader.version !== 1) throw new RangeError(`Its version is ${reader.version}.`);
    roots = reader.getRoots();
  } catch (cause) {
    throw carInvalid("its header is none of a CAR of version 1", false, cause);
  }
  const allowed = new Set(expected.map(cidKey));
  const other = roots.find((root) => !allowed.has(cidKey(root)));
  if (roots.length > 0 && other === undefined) return roots;
  throw new GliaError(
    "CAR_ROOT_UNEXPECTED",
    `The CAR's roots are ${roots.length === 0 ? "none" : roots.slice(0, 4).join(", ")}; expected ${expected.join(", ")}.`,
    { kind: "verification" },
  );
}

function readSection(frame: Uint8Array): { cid: CID; bytes: Uint8Array } {
  try {
    const [cid, bytes] = CID.decodeFirst(frame);
    return { cid, bytes };
  } catch (cause) {
    throw carInvalid("a section does not start with a CID", false, cause);
  }
}

async function checkComplete(root: CID, blocks: Blocks): Promise<void> {
  for await (const { cid, bytes } of walkBlocks(root, blocks)) {
    if (bytes !== undefined) continue;
    throw new GliaError(
      "CAR_INCOMPLETE",
      `The CAR lacks block ${cid.toString()} of ${root.toString()}, or has it before its parent.`,
      {
        kind: "network",
        hint: "Send the whole file, parents before children.",
        retryable: true,
      },
    );
  }
}
