import {
  type ContentStore,
  digestToCid,
  errorResponseSchema,
  GliaError,
  type JobSpec,
  type MarketDomain,
  parseEndpoint,
  signAuditRequest,
  toJson,
} from "@glia/sdk";
import type { Address, Hex, LocalAccount } from "viem";

/** Seconds for which a request is valid. */
const VALID = 120n;
/** Bytes that a refusal may have. */
const MAX_REFUSAL = 16 * 1024;

export interface AuditContentOptions {
  readonly store: ContentStore;
  /** A fetch that refuses addresses which strangers must not reach. */
  readonly fetch: typeof globalThis.fetch;
  readonly domain: MarketDomain;
  readonly operator: LocalAccount;
  readonly auditor: Address;
  /** Devnet switch: plain http and loopback endpoints are allowed. */
  readonly allowLoopback: boolean;
  /** Most bytes of model and inputs together. */
  readonly maxBytes: number;
  /** Longest time for one download, in milliseconds. */
  readonly timeoutMs: number;
}

/** Gets a job's model and inputs from the provider that is audited. */
export type AuditContent = (
  job: { readonly jobId: Hex; readonly spec: JobSpec; readonly endpoint: string; readonly now: bigint },
  signal: AbortSignal,
) => Promise<void>;

/**
 * Asks the provider's audit desk, and keeps what belongs to the files that the spec names: every block is checked against its hash on the way in.
 * @throws GliaError (from the returned function) `AUDIT_CONTENT_REFUSED` with the provider's own code, or what a bad CAR throws.
 */
export function createAuditContent(options: AuditContentOptions): AuditContent {
  const { store, domain, operator, auditor } = options;
  return async ({ jobId, spec, endpoint, now }, signal) => {
    const roots = [digestToCid(spec.modelDigest), digestToCid(spec.inputDigest)];
    const deadline = now + VALID;
    const signature = await signAuditRequest(operator, { jobId, auditor, deadline }, domain);
    const url = new URL(`v1/jobs/${jobId}/audit`, parseEndpoint(endpoint, { allowPrivate: options.allowLoopback }));
    const response = await options.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/vnd.ipld.car" },
      body: toJson({ auditor, deadline, signature }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
    });
    const { body } = response;
    if (!response.ok || body === null) throw await refusal(response);
    const release = roots.map((root) => store.hold(root));
    try {
      // SAFETY: the web stream of Node and undici is async iterable; the DOM's type does not say so.
      const car = body as unknown as AsyncIterable<Uint8Array>;
      await store.importCar(car, { roots, maxBytes: options.maxBytes, signal, pin: true });
    } finally {
      for (const free of release) free();
    }
  };
}

/** At most so many bytes of a stranger's answer: what comes behind them is never read. */
async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  // SAFETY: as above. Leaving the loop cancels the stream.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_REFUSAL) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_REFUSAL).toString("utf8");
}

async function refusal(response: Response): Promise<GliaError> {
  let said = "nothing";
  const text = await beginningOf(response).catch(() => "");
  try {
    said = errorResponseSchema.parse(JSON.parse(text)).error.code;
  } catch {
    // No refusal of ours; the status says enough.
  }
  return new GliaError("AUDIT_CONTENT_REFUSED", `The provider answered ${response.status} and said ${said}`, {
    kind: "network",
    retryable: true,
    details: { status: response.status, code: said },
  });
}
