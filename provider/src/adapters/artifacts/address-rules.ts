import { GliaError } from "@glia/sdk";
import ipaddr from "ipaddr.js";

/** Whether a node may open a connection to this IP address for a stranger. Only global unicast is; `allowLoopback` adds 127/8 and ::1. */
export function isAllowedAddress(address: string, allowLoopback: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  let parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6) {
    if (parsed.zoneId !== undefined) return false;
    if (parsed.isIPv4MappedAddress()) parsed = parsed.toIPv4Address();
  }
  // The library takes for unicast what it does not know, such as ::/96; what is routed globally lies in 2000::/3.
  if (parsed instanceof ipaddr.IPv6 && parsed.range() === "unicast") return (parsed.parts[0] ?? 0) >> 13 === 1;
  const range = parsed.range();
  return range === "unicast" || (range === "loopback" && allowLoopback);
}

/** Whether a node may dial this multiaddr for a stranger: TCP to a literal address that is allowed; names and relays are not. */
export function isAllowedMultiaddr(text: string, allowLoopback: boolean): boolean {
  const host = /^\/ip[46]\/([^/]+)\/tcp\/\d{1,5}(\/p2p\/[A-Za-z0-9]+)?$/.exec(text)?.[1];
  return host !== undefined && isAllowedAddress(host, allowLoopback);
}

/**
 * Checks a URL that a stranger gave, before any name is resolved.
 * @throws {@link GliaError} `SOURCE_REFUSED` for another scheme than https (http with `allowLoopback`), for credentials, and
 * for a literal address that is not allowed.
 */
export function checkSourceUrl(text: string, allowLoopback: boolean): URL {
  const refuse = (why: string): never => {
    throw new GliaError("SOURCE_REFUSED", `The source ${text.slice(0, 200)} is refused: ${why}`, { kind: "refused" });
  };
  const url = URL.canParse(text) ? new URL(text) : refuse("it is no URL");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && allowLoopback)) refuse("only https is fetched");
  if (url.username !== "" || url.password !== "") refuse("it carries credentials");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(host) && !isAllowedAddress(host, allowLoopback))
    refuse("its address is not on the public internet");
  return url;
}
