import type { CID } from "multiformats/cid";
import { GliaError } from "../errors.ts";
import { RAW } from "./cid.ts";
import { contentTooLarge } from "./content-errors.ts";
import type { ContentStore, Progress } from "./content-store.ts";
import { walkBlocks } from "./file-dag.ts";
import { fetchBlock, fetchCar } from "./gateway-client.ts";
import type { GatewayClientOptions } from "./gateway-client.ts";

/** Fetches single blocks from a peer by bitswap; see `openPeer` of the Node door. */
export interface BlockPeer {
  /** Opens a session with the peers behind the multiaddrs; blocks of one file are then asked of them alone. */
  session(
    root: CID,
    addresses: readonly string[],
  ): { get(cid: CID, signal: AbortSignal): Promise<Uint8Array>; close(): void };
}

export interface FetchOptions extends GatewayClientOptions {
  /** Most bytes of the file; checked against its root before the rest is fetched. */
  readonly maxBytes: number;
  /** For sources that are multiaddrs; without it they are refused. */
  readonly peer?: BlockPeer;
  /** Bytes of the file that are here, and in all once the root is. */
  readonly onProgress?: Progress;
  /** Pin the file when it is whole. */
  readonly pin?: boolean;
  /** Blocks asked for at once; 4 unless given. */
  readonly concurrency?: number;
}

type GetBlock = (cid: CID, signal: AbortSignal) => Promise<Uint8Array>;

/**
 * Gets a file into the store: what is here already stays, gateways (URLs) are tried before peers (multiaddrs), each in the order given.
 * Every block is checked and kept as it comes, so that a call after a crash or a failure fetches only what is missing.
 * @throws GliaError `CONTENT_UNAVAILABLE` with one reason per source in `details.sources`, `CONTENT_TOO_LARGE`, `CONTENT_MALFORMED`; the signal's reason if aborted.
 */
export async function fetchContent(
  root: CID,
  sources: readonly string[],
  store: ContentStore,
  options: FetchOptions,
): Promise<void> {
  const release = store.hold(root);
  try {
    const failures: { source: string; error: GliaError }[] = [];
    let whole = (await survey(root, store, options)).missing.length === 0;
    const ordered = [
      ...sources.filter((source) => !source.startsWith("/")),
      ...sources.filter((source) => source.startsWith("/")),
    ];
    for (const source of whole ? [] : ordered) {
      options.signal?.throwIfAborted();
      try {
        await fetchFrom(source, root, store, options);
        whole = true;
        break;
      } catch (error) {
        options.signal?.throwIfAborted();
        // These are about the content itself: no other source can have it differently.
        if (!(error instanceof GliaError) || error.code === "CONTENT_TOO_LARGE" || error.code === "CONTENT_MALFORMED")
          throw error;
        failures.push({ source, error });
      }
    }
    if (!whole) throw unavailable(root, failures);
    if (options.pin === true) await store.pin(root);
  } finally {
    release();
  }
}

async function fetchFrom(source: string, root: CID, store: ContentStore, options: FetchOptions): Promise<void> {
  if (!source.startsWith("/")) {
    if ((await store.getBlock(root)) === undefined && (await tryCar(source, root, store, options))) return;
    await fetchMissing(root, store, options, (cid, signal) => fetchBlock(source, cid, { ...options, signal }));
    return;
  }
  if (options.peer === undefined) {
    throw new GliaError("SOURCE_UNSUPPORTED", `${source} needs a libp2p peer, which is not running here.`, {
      kind: "usage",
      hint: "Use an https gateway.",
    });
  }
  const session = options.peer.session(root, [source]);
  try {
    await fetchMissing(root, store, options, (cid, signal) => session.get(cid, signal));
  } finally {
    session.close();
  }
}

/** One request for everything. False if single blocks should be tried instead; a dishonest gateway is an error. */
async function tryCar(gateway: string, root: CID, store: ContentStore, options: FetchOptions): Promise<boolean> {
  // Inner nodes and section heads come on top of the file's bytes: under 1 %, and a root for the smallest.
  const maxCar = Math.ceil(options.maxBytes * 1.01) + 65_536;
  try {
    await store.importCar(fetchCar(gateway, root, maxCar, options), {
      roots: [root],
      maxBytes: maxCar,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onProgress: (bytes) => options.onProgress?.(Math.min(bytes, options.maxBytes), undefined),
    });
    await survey(root, store, options);
    return true;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof GliaError && error.kind === "network" && error.code !== "GATEWAY_TOO_LARGE") return false;
    throw error;
  }
}

async function fetchMissing(root: CID, store: ContentStore, options: FetchOptions, get: GetBlock): Promise<void> {
  for (;;) {
    const { missing: queue, here, total } = await survey(root, store, options);
    if (queue.length === 0) return;
    let done = here;
    const failed = new AbortController();
    const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
    const work = async (): Promise<void> => {
      for (let cid = queue.shift(); cid !== undefined; cid = queue.shift()) {
        const bytes = await get(cid, signal);
        await store.putBlock(cid, bytes);
        if (cid.code === RAW) options.onProgress?.((done += bytes.length), total);
      }
    };
    const workers = Array.from({ length: options.concurrency ?? 4 }, () =>
      work().catch((error: unknown) => {
        // The first failure stops the others: their requests are cut and their errors are its echo.
        if (!failed.signal.aborted) failed.abort(error);
      }),
    );
    await Promise.all(workers);
    if (failed.signal.aborted) throw failed.signal.reason;
  }
}

interface Survey {
  /** The blocks to ask for next. */
  readonly missing: CID[];
  /** Bytes of the file that are here. */
  readonly here: number;
  readonly total: number | undefined;
}

/** Looks through what is here of the file, and reports how much that is. */
async function survey(root: CID, store: ContentStore, { maxBytes, onProgress }: FetchOptions): Promise<Survey> {
  const missing: CID[] = [];
  let total: number | undefined;
  let here = 0;
  for await (const { cid, bytes, size, leaf } of walkBlocks(root, { get: (cid) => store.getBlock(cid) })) {
    if (cid.equals(root)) {
      total = size;
      if (size !== undefined && size > maxBytes) throw contentTooLarge(root, size, maxBytes);
    }
    if (bytes === undefined) missing.push(cid);
    else if (leaf) here += bytes.length;
  }
  onProgress?.(here, total);
  return { missing, here, total };
}

function unavailable(root: CID, failures: readonly { source: string; error: GliaError }[]): GliaError {
  const reasons = failures.map(({ source, error }) => `${source}: ${error.message}`);
  return new GliaError(
    "CONTENT_UNAVAILABLE",
    failures.length === 0
      ? `${root.toString()} is not here, and there is no source to ask.`
      : `No source had all of ${root.toString()}. ${reasons.join(" ")}`,
    {
      kind:
        failures.length > 0 && failures.every(({ error }) => error.kind === "verification")
          ? "verification"
          : "network",
      hint: "Try again later or name another source; what came so far is kept.",
      retryable: true,
      details: {
        cid: root.toString(),
        sources: failures.map(({ source, error }) => ({ source, code: error.code, message: error.message })),
      },
    },
  );
}
