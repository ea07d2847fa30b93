import type { z } from "zod";
import { tame } from "../chain/errors/fill.ts";
import { GliaError } from "../errors.ts";
import { errorResponseSchema } from "./api.ts";
import { parseWith } from "./json-types.ts";

/** Most bytes that an answer other than content may have. */
const MAX_ANSWER = 64 * 1024;
/** Milliseconds that one request may take unless its caller says otherwise. */
const TIMEOUT = 10_000;

/** A request to a provider's quote server. */
export interface ProviderRequest {
  readonly endpoint: URL;
  /** Relative to the endpoint, without a leading slash. */
  readonly path: string;
  readonly method?: "GET" | "POST" | "PUT";
  readonly body?: BodyInit;
  readonly contentType?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** A guarded fetch, e.g. one that checks resolved addresses. */
  readonly fetch?: typeof fetch;
}

/**
 * Asks a stranger's server and parses its answer. No redirects, a time limit, a size limit, no cookies.
 * @throws GliaError `PROVIDER_UNREACHABLE`, `PROVIDER_TIMEOUT`, `PROVIDER_NONSENSE`, or `PROVIDER_REFUSED` with the
 * provider's own code in `details.code`.
 */
export async function askProvider<T extends z.ZodType>(schema: T, request: ProviderRequest): Promise<z.output<T>> {
  const { endpoint, path, method = "GET", body, contentType = "application/json", timeout = TIMEOUT } = request;
  const signals = [AbortSignal.timeout(timeout), ...(request.signal === undefined ? [] : [request.signal])];
  let status: number;
  let text: string;
  try {
    const response = await (request.fetch ?? fetch)(new URL(path, endpoint), {
      method,
      redirect: "error",
      credentials: "omit",
      signal: AbortSignal.any(signals),
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": contentType }) },
      ...(body === undefined ? {} : { body }),
      // Node demands it for streams; browsers get Blobs, for which it means nothing.
      ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    });
    status = response.status;
    text = await readCapped(response, MAX_ANSWER);
  } catch (error) {
    throw transportError(error, endpoint, request.signal, timeout);
  }
  const what = `The answer of ${endpoint.host}`;
  const json = parseJson(text, what, status);
  if (status >= 400) throw refusal(json, status, endpoint);
  return parseWith(schema, json, { code: "PROVIDER_NONSENSE", kind: "network", what });
}

async function readCapped(response: Response, max: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of streamChunks(response.body)) {
    size += chunk.byteLength;
    if (size > max) {
      throw new GliaError("PROVIDER_NONSENSE", `The provider's answer is longer than ${max} bytes.`, {
        kind: "network",
        hint: "Choose another provider.",
      });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Web streams are not async iterable in every browser; a reader is. Leaving early cancels the transfer. */
async function* streamChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    // What cannot be cancelled any more has ended; either way nothing remains to be read.
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}

function parseJson(text: string, what: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GliaError("PROVIDER_NONSENSE", `${what} (HTTP ${status}) is no JSON.`, {
      kind: "network",
      hint: "Choose another provider, or check that the endpoint is a quote server.",
      cause,
    });
  }
}

function refusal(json: unknown, status: number, endpoint: URL): GliaError {
  const parsed = errorResponseSchema.safeParse(json);
  if (!parsed.success) {
    return new GliaError("PROVIDER_NONSENSE", `${endpoint.host} answered with HTTP ${status} and no reason.`, {
      kind: "network",
      retryable: status >= 500,
      hint: "Try again later or choose another provider.",
    });
  }
  const { code, kind, message, hint, retryable } = parsed.data.error;
  return new GliaError("PROVIDER_REFUSED", `${endpoint.host} refused: ${tame(message)}`, {
    // A stranger's word for "my own fault" or "bad flag" must not pass for ours.
    kind: kind === "internal" || kind === "usage" ? "refused" : kind,
    hint: hint === undefined ? "Choose another provider." : tame(hint),
    retryable: retryable ?? false,
    details: { code, status, endpoint: endpoint.origin },
  });
}

function transportError(error: unknown, endpoint: URL, signal: AbortSignal | undefined, timeout: number): GliaError {
  if (error instanceof GliaError) return error;
  if (signal?.aborted === true) {
    return new GliaError("ABORTED", `The request to ${endpoint.host} was cancelled.`, {
      kind: "timeout",
      cause: error,
    });
  }
  if (error instanceof Error && error.name === "TimeoutError") {
    return new GliaError("PROVIDER_TIMEOUT", `${endpoint.host} did not answer within ${timeout} ms.`, {
      kind: "timeout",
      retryable: true,
      hint: "Try again later or choose another provider.",
      cause: error,
    });
  }
  return new GliaError("PROVIDER_UNREACHABLE", `${endpoint.host} cannot be reached, or it redirects.`, {
    kind: "network",
    retryable: true,
    hint: "Try again later or choose another provider.",
    cause: error,
  });
}
