import { CID } from "multiformats/cid";
import { GliaError } from "../errors.ts";
import { RAW } from "./cid.ts";
import type { ContentStore } from "./content-store.ts";

/** What the handler needs of an HTTP request (GET or HEAD). */
export interface GatewayRequest {
  /** Path without query, e.g. `/ipfs/bafybei…`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The Accept header, if any. */
  readonly accept?: string | undefined;
}

export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** To be left unread for HEAD. An error while reading means: cut the connection, so that the receiver notices. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface GatewayOptions {
  readonly store: Pick<ContentStore, "getBlock" | "exportCar">;
  /** Whether a block may be given out; for a CAR, whether its root may. See `createServedSet`. */
  readonly isServed: (cid: CID) => boolean;
}

const TYPES = { raw: "application/vnd.ipld.raw", car: "application/vnd.ipld.car" } as const;

/** A trustless gateway without a framework: single blocks and whole files as CAR, nothing that a receiver must believe. */
export function createGateway({
  store,
  isServed,
}: GatewayOptions): (request: GatewayRequest) => Promise<GatewayResponse> {
  return async ({ path, query, accept }) => {
    const text = /^\/ipfs\/([A-Za-z0-9]{1,200})$/.exec(path)?.[1];
    const cid = text === undefined ? undefined : tryParse(text);
    if (cid === undefined) return refuse(400, "GATEWAY_PATH_INVALID", "The path must be /ipfs/<cid>.");
    const format = formatOf(query, accept);
    if (format === undefined)
      return refuse(
        406,
        "GATEWAY_FORMAT_UNSUPPORTED",
        "Ask for ?format=raw (one block) or ?format=car (a whole file).",
      );
    // The same answer for what is not here and what is not (yet) served, so that nobody learns which it is.
    const block = isServed(cid) ? await store.getBlock(cid) : undefined;
    if (block === undefined) return refuse(404, "CONTENT_NOT_SERVED", `${cid.toString()} is not served here.`);
    const headers = {
      "content-type": format === "car" ? `${TYPES.car}; version=1; order=dfs; dups=n` : TYPES.raw,
      "cache-control": "public, max-age=29030400, immutable",
      etag: `"${cid.toString()}.${format}"`,
      "x-content-type-options": "nosniff",
      "content-disposition": `attachment; filename="${cid.toString()}.${format === "car" ? "car" : "bin"}"`,
      vary: "accept",
    };
    if (format === "raw")
      return { status: 200, headers: { ...headers, "content-length": String(block.length) }, body: once(block) };
    if (cid.code === RAW)
      return refuse(406, "GATEWAY_FORMAT_UNSUPPORTED", "A CAR is given for the root of a file; ask for ?format=raw.");
    return { status: 200, headers, body: store.exportCar(cid) };
  };
}

function formatOf(query: URLSearchParams, accept: string | undefined): "raw" | "car" | undefined {
  const asked = query.get("format");
  if (asked !== null) return asked === "raw" || asked === "car" ? asked : undefined;
  if (accept?.includes(TYPES.car) === true) return "car";
  return accept?.includes(TYPES.raw) === true ? "raw" : undefined;
}

function tryParse(text: string): CID | undefined {
  try {
    return CID.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(status: number, code: string, message: string): GatewayResponse {
  const error = new GliaError(code, message, { kind: status === 404 ? "network" : "usage" });
  const body = new TextEncoder().encode(JSON.stringify({ error }));
  return {
    status,
    headers: { "content-type": "application/json", "content-length": String(body.length), "cache-control": "no-store" },
    body: once(body),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}
