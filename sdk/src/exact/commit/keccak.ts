import { createKeccak } from "hash-wasm";
import { GliaError } from "../../errors.ts";

/** keccak256 in WebAssembly: about a million short hashes a second. Synchronous once loaded. */
export interface Keccak {
  /** Writes the 32 bytes of keccak256(data) into `out` from `at` on. `data` may overlap them. */
  hashInto(data: Uint8Array, out: Uint8Array, at: number): void;
  /** keccak256(data), 32 bytes. */
  hash(data: Uint8Array): Uint8Array;
}

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
  const hasher = await createKeccak(256);
  const hash = (data: Uint8Array) => hasher.init().update(data).digest("binary");
  return { hash, hashInto: (data, out, at) => out.set(hash(data), at) };
}
