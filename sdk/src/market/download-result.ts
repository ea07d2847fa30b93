import type { Hex } from "viem";
import type { JobSpec } from "../chain/types.ts";
import { digestToCid } from "../storage/cid.ts";
import type { ContentStore } from "../storage/content-store.ts";
import { fetchContent } from "../storage/fetch-content.ts";
import type { BlockPeer } from "../storage/fetch-content.ts";
import type { RandomAccess } from "../tensors/index.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { EndpointPolicy } from "./endpoint.ts";

export interface DownloadOptions extends EndpointPolicy {
  /** Gateways or multiaddrs to try besides the provider's endpoint. */
  readonly sources?: readonly string[];
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
  readonly peer?: BlockPeer;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

/** Most bytes that a batch file's header may have. */
const HEADER = 2 * 1024 * 1024;

/**
 * Fetches a revealed output file into the store, pinned; every block is checked against the digest on chain.
 * Resumes where an earlier call stopped.
 * @throws GliaError `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE` (above what the spec allows).
 */
export async function downloadResult(
  store: ContentStore,
  { endpoint, spec, outputDigest }: { readonly endpoint?: string; readonly spec: JobSpec; readonly outputDigest: Hex },
  { allowPrivate = false, sources = [], ...options }: DownloadOptions = {},
): Promise<RandomAccess> {
  const cid = digestToCid(outputDigest);
  const gateway = endpoint === undefined ? [] : [parseEndpoint(endpoint, { allowPrivate }).href];
  await fetchContent(cid, [...gateway, ...sources], store, {
    ...options,
    maxBytes: spec.items * spec.maxItemOutputBytes + HEADER,
    pin: true,
  });
  return store.open(cid);
}
