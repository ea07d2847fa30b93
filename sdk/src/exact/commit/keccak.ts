import { createKeccak } from "hash-wasm";
import { GliaError } from "../../errors.ts";
import { MEMORY, ROUND_CONSTANTS, keccakModule } from "./keccak-module.ts";
import { LEAF, WORD } from "./words.ts";

/** Leaves that are hashed at a time. */
export const CHUNK = 256;

/** keccak256, synchronous once loaded. Whoever uses `leaves` and `hashes` is done with them before it waits for anything. */
export interface Keccak {
  /** keccak256(data), 32 bytes. */
  readonly hash: (data: Uint8Array) => Uint8Array;
  /** {@link CHUNK} leaves of 128 bytes: what `hashLeaves` reads. */
  readonly leaves: Uint8Array;
  /** {@link CHUNK} hashes of 32 bytes. */
  readonly hashes: Uint8Array;
  /** `hashes[i] = keccak256(0x00 ‖ leaves[i])` for i < count; hash `count` may be overwritten too. */
  hashLeaves(count: number): void;
  /** `hashes[i] = keccak256(0x01 ‖ hashes[2i] ‖ hashes[2i + 1])` for i < count; hash `count` may be overwritten too. */
  hashPairs(count: number): void;
}

type Bulk = Omit<Keccak, "hash">;
let loading: Promise<Keccak> | undefined;

/**
 * Loads the hash once; later calls get the same one.
 * @throws GliaError `EXACT_HASH_UNAVAILABLE` where WebAssembly cannot run.
 */
export async function loadKeccak(): Promise<Keccak> {
  loading ??= create();
  try {
    return await loading;
  } catch (cause) {
    loading = undefined;
    throw new GliaError("EXACT_HASH_UNAVAILABLE", "keccak256 could not be loaded: WebAssembly does not run here.", {
      kind: "internal",
      hint: "Allow WebAssembly, for example by 'wasm-unsafe-eval' in the page's content security policy.",
      cause,
    });
  }
}

async function create(): Promise<Keccak> {
  const hash = await generalHash();
  return { hash, ...((await vectorBulk()) ?? plainBulk(hash)) };
}

/** A hash of messages of any length. */
export async function generalHash(): Promise<Keccak["hash"]> {
  const hasher = await createKeccak(256);
  return (data) => hasher.init().update(data).digest("binary");
}

/** Our own module; `undefined` on engines without 128-bit vectors. */
export async function vectorBulk(): Promise<Bulk | undefined> {
  const bytes = keccakModule();
  if (!WebAssembly.validate(bytes)) return undefined;
  const { exports } = (await WebAssembly.instantiate(bytes)).instance;
  const { memory, leaves, pairs } = exports as {
    memory: WebAssembly.Memory;
    leaves: (source: number, target: number, count: number) => void;
    pairs: (source: number, target: number, count: number) => void;
  };
  new BigUint64Array(memory.buffer, MEMORY.constants).set(ROUND_CONSTANTS);
  return {
    leaves: new Uint8Array(memory.buffer, MEMORY.leaves, CHUNK * LEAF),
    hashes: new Uint8Array(memory.buffer, MEMORY.hashes, CHUNK * WORD),
    hashLeaves: (count) => leaves(MEMORY.leaves, MEMORY.hashes, Math.ceil(count / 2)),
    hashPairs: (count) => pairs(MEMORY.hashes, MEMORY.hashes, Math.ceil(count / 2)),
  };
}

/** The same by a hash of one message at a time. */
export function plainBulk(hash: Keccak["hash"]): Bulk {
  const leaves = new Uint8Array(CHUNK * LEAF);
  const hashes = new Uint8Array(CHUNK * WORD);
  const leaf = new Uint8Array(1 + LEAF);
  const pair = Uint8Array.of(1, ...new Uint8Array(2 * WORD));
  return {
    leaves,
    hashes,
    hashLeaves: (count) => {
      for (let i = 0; i < count; i++) {
        leaf.set(leaves.subarray(i * LEAF, (i + 1) * LEAF), 1);
        hashes.set(hash(leaf), i * WORD);
      }
    },
    hashPairs: (count) => {
      for (let i = 0; i < count; i++) {
        pair.set(hashes.subarray(2 * i * WORD, 2 * (i + 1) * WORD), 1);
        hashes.set(hash(pair), i * WORD);
      }
    },
  };
}
