import { GliaError } from "../errors.ts";

/** How far an endpoint from the registry, which any stranger can write, is trusted. */
export interface EndpointPolicy {
  /** Allows plain http and addresses of this machine and its networks; for development chains only. */
  readonly allowPrivate?: boolean;
}

const PRIVATE_IPV4 = [
  /^0\./,
  /^10\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^127\./,
  /^169\.254\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.0\.[02]\./,
  /^192\.168\./,
  /^198\.1[89]\./,
  /^(22[4-9]|2[3-5]\d)\./,
];
const PRIVATE_IPV6 = /^\[(::|f[cdef]|64:ff9b:|2002:|2001:(0|db8):)/i;

/**
 * A provider's base URL, ending with a slash.
 * Names are not resolved here: a caller inside a private network passes a `fetch` that checks the resolved address.
 * @throws GliaError `ENDPOINT_INVALID` for anything but an https URL of a public host without credentials.
 */
export function parseEndpoint(text: string, { allowPrivate = false }: EndpointPolicy = {}): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refused("it is no URL");
  if (url.username !== "" || url.password !== "") throw refused("it contains credentials");
  if (url.search !== "" || url.hash !== "") throw refused("it has a query or a fragment");
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:")) throw refused("it is not https");
  if (!allowPrivate && isPrivate(url.hostname)) throw refused("it points into a private network");
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

function isPrivate(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (host === "localhost" || host.endsWith(".localhost") || host.endsWith(".internal") || host.endsWith(".local"))
    return true;
  return PRIVATE_IPV4.some((range) => range.test(host)) || PRIVATE_IPV6.test(host);
}

function refused(reason: string): GliaError {
  return new GliaError("ENDPOINT_INVALID", `A provider's endpoint cannot be used: ${reason}.`, {
    kind: "network",
    hint: "Choose another provider; a right endpoint looks like https://node.example/.",
  });
}
