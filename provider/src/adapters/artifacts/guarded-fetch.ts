import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";

import { GliaError } from "@glia/sdk";
import { Agent, fetch as undiciFetch, type RequestInit as UndiciRequestInit } from "undici";

import { checkSourceUrl, isAllowedAddress } from "./address-rules.ts";

/** Resolves a host name to its addresses; replaced in tests only. */
export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

export interface GuardedFetchOptions {
  /** Devnet switch: plain http and loopback addresses are allowed. */
  readonly allowLoopback: boolean;
  readonly resolve?: Resolve;
}

/** A `fetch` for strangers' URLs, and how to let go of its connections. */
export interface GuardedFetch {
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

/**
 * A `fetch` that connects only to public addresses. The name is resolved once per connection, every answer is checked and the
 * connection goes to the checked address itself, so a name that changes its answer gains nothing. Redirects are never followed.
 * @throws {@link GliaError} (from the returned fetch) `SOURCE_REFUSED`.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { allowLoopback } = options;
  const resolve: Resolve = options.resolve ?? ((host) => lookup(host, { all: true }));
  const agent = new Agent({ connect: { lookup: pinnedLookup(resolve, allowLoopback), timeout: 10_000 } });

  async function guarded(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const url = checkSourceUrl(input instanceof Request ? input.url : String(input), allowLoopback);
    // SAFETY: undici's types describe the same web standard as the global ones; only their nominal identities differ.
    return (await undiciFetch(url, {
      ...(init as UndiciRequestInit),
      redirect: "manual",
      dispatcher: agent,
    })) as unknown as Response;
  }

  return { fetch: guarded, close: () => agent.close() };
}

function pinnedLookup(resolve: Resolve, allowLoopback: boolean): LookupFunction {
  return (host, lookupOptions, callback) => {
    resolve(host).then(
      (answers) => {
        const bad = answers.find(({ address }) => !isAllowedAddress(address, allowLoopback));
        const [first] = answers;
        if (bad !== undefined || first === undefined) {
          const why =
            bad === undefined ? "has no address" : `resolves to ${bad.address}, which is not on the public internet`;
          callback(new GliaError("SOURCE_REFUSED", `The source's host ${host} ${why}`, { kind: "refused" }), "", 0);
        } else if (lookupOptions.all === true) callback(null, answers);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, "", 0),
    );
  };
}
