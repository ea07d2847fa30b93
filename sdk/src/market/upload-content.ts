import type { Hex } from "viem";
import type { JobSpec } from "../chain/types.ts";
import { digestToCid } from "../storage/cid.ts";
import type { ContentStore } from "../storage/content-store.ts";
import { contentResponseSchema } from "./api.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { EndpointPolicy } from "./endpoint.ts";
import { askProvider } from "./provider-http.ts";

export interface UploadOptions extends EndpointPolicy {
  /** Bytes given to the connection so far, and in all (model and inputs; the CAR's own few bytes besides). */
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
  /** Milliseconds for the whole upload and the provider's check; 10 minutes by default. */
  readonly timeout?: number;
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

const TIMEOUT = 600_000;

/**
 * Sends a job's model and inputs to a provider that quoted it, as one CAR. The provider checks them before anybody pays, so an
 * impossible job is refused here, with the provider's reason.
 * @throws GliaError as `askProvider`.
 */
export async function uploadContent(
  store: ContentStore,
  { endpoint, jobId, spec }: { readonly endpoint: string; readonly jobId: Hex; readonly spec: JobSpec },
  options: UploadOptions = {},
): Promise<void> {
  const roots = [digestToCid(spec.modelDigest), digestToCid(spec.inputDigest)];
  const sizes = await Promise.all(roots.map((root) => store.size(root)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const car = counted(store.exportCar(roots), (bytes) => options.onProgress?.(Math.min(bytes, total), total));
  await askProvider(contentResponseSchema, {
    endpoint: parseEndpoint(endpoint, options),
    path: `v1/quotes/${jobId}/content`,
    method: "PUT",
    contentType: "application/vnd.ipld.car",
    body: await requestBody(car),
    timeout: options.timeout ?? TIMEOUT,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** Browsers cannot stream a body over HTTP/1.1, and Blobs may lie on disk; elsewhere the CAR is streamed. */
async function requestBody(car: AsyncGenerator<Uint8Array>): Promise<BodyInit> {
  if (!("document" in globalThis) && !("WorkerGlobalScope" in globalThis)) return toStream(car);
  const parts: BlobPart[] = [];
  for await (const part of car) parts.push(new Uint8Array(part));
  return new Blob(parts);
}

function toStream(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (controller) => {
      const next: IteratorResult<Uint8Array, unknown> = await source.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => {
      await source.return(undefined);
    },
  });
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    yield chunk;
    bytes += chunk.byteLength;
    onBytes(bytes);
  }
}
