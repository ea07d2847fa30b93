import type { CID } from "multiformats/cid";
import { GliaError } from "../errors.ts";
import { blockMismatch, matchesCid, MAX_BLOCK_SIZE } from "./blocks.ts";

export interface GatewayClientOptions {
  /** Replaces the global fetch: providers pass one that checks and pins every address. */
  readonly fetch?: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
  /** Longest silence that is waited out, in milliseconds; 30,000 unless given. */
  readonly stallMs?: number;
}

const DEFAULT_STALL_MS = 30_000;
const TYPES = { raw: "application/vnd.ipld.raw", car: "application/vnd.ipld.car" } as const;

/**
 * Fetches one block from a trustless gateway and checks it.
 * @param gateway Base URL, to which `/ipfs/<cid>` is added.
 * @throws GliaError `BLOCK_MISMATCH`, `GATEWAY_FAILED`, `GATEWAY_REDIRECTED`, `GATEWAY_TOO_LARGE`, `GATEWAY_STALLED`; the signal's reason if aborted.
 */
export async function fetchBlock(gateway: string, cid: CID, options: GatewayClientOptions = {}): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request(gateway, cid, "raw", MAX_BLOCK_SIZE, options)) {
    parts.push(chunk);
    size += chunk.length;
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  if (!(await matchesCid(cid, bytes))) throw blockMismatch(cid, size);
  return bytes;
}

/**
 * Streams a file's CAR from a trustless gateway. Nothing is checked yet: give it to `ContentStore.importCar`.
 * @throws GliaError as {@link fetchBlock}, while reading.
 */
export function fetchCar(
  gateway: string,
  root: CID,
  maxBytes: number,
  options: GatewayClientOptions = {},
): AsyncGenerator<Uint8Array> {
  return request(gateway, root, "car", maxBytes, options);
}

async function* request(
  gateway: string,
  cid: CID,
  format: keyof typeof TYPES,
  maxBytes: number,
  { fetch = globalThis.fetch, signal, stallMs = DEFAULT_STALL_MS }: GatewayClientOptions,
): AsyncGenerator<Uint8Array> {
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), stallMs);
  const combined = signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]);
  try {
    const response = await fetch(urlOf(gateway, cid, format), {
      headers: { accept: format === "car" ? `${TYPES.car}; version=1; order=dfs; dups=n` : TYPES.raw },
      // Content has one name; a gateway that sends us elsewhere is not asked to choose where.
      redirect: "manual",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: combined,
    });
    const body = await accept(response, gateway, maxBytes);
    let received = 0;
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), stallMs);
      received += chunk.length;
      if (received > maxBytes) throw tooLarge(gateway, maxBytes);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof GliaError) throw cause;
    signal?.throwIfAborted();
    if (stalled.signal.aborted) throw failed("GATEWAY_STALLED", gateway, `sent nothing for ${stallMs} ms`, cause);
    throw failed(
      "GATEWAY_FAILED",
      gateway,
      `could not be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  } finally {
    clearTimeout(timer);
    // Ends the transfer also where the reader stopped early.
    stalled.abort();
  }
}

function urlOf(gateway: string, cid: CID, format: string): string {
  const base = URL.parse(gateway);
  if (base === null || !/^https?:$/.test(base.protocol) || base.search !== "" || base.hash !== "") {
    throw new GliaError(
      "GATEWAY_URL_INVALID",
      `${JSON.stringify(gateway.slice(0, 200))} is no gateway; one looks like https://example.org.`,
      { kind: "usage" },
    );
  }
  return `${base.href.replace(/\/+$/, "")}/ipfs/${cid.toString()}?format=${format}`;
}

async function accept(response: Response, gateway: string, maxBytes: number): Promise<ReadableStream<Uint8Array>> {
  const stop = async (error: GliaError): Promise<never> => {
    await response.body?.cancel();
    throw error;
  };
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
    return stop(failed("GATEWAY_REDIRECTED", gateway, "redirects, which is not followed"));
  }
  if (response.status !== 200 || response.body === null)
    return stop(failed("GATEWAY_FAILED", gateway, `answered ${response.status}`));
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) return stop(tooLarge(gateway, maxBytes));
  return response.body;
}

function tooLarge(gateway: string, maxBytes: number): GliaError {
  return new GliaError("GATEWAY_TOO_LARGE", `The gateway ${gateway} sends more than ${maxBytes} bytes.`, {
    kind: "network",
    details: { gateway, maxBytes },
  });
}

function failed(code: string, gateway: string, reason: string, cause?: unknown): GliaError {
  return new GliaError(code, `The gateway ${gateway} ${reason}.`, {
    kind: "network",
    retryable: true,
    details: { gateway },
    ...(cause === undefined ? {} : { cause }),
  });
}
