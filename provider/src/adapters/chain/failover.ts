import { GliaError } from "@glia/sdk";
import { custom, type CustomTransport, http, HttpRequestError, RpcRequestError, TimeoutError } from "viem";

/** How one RPC endpoint is doing. */
export interface EndpointHealth {
  /** Scheme and host only: paths often carry an API key. */
  readonly name: string;
  readonly state: "untried" | "good" | "failing" | "lagging" | "wrong chain";
}

/** A viem transport over several endpoints, and what is known about each. */
export interface Failover {
  readonly transport: CustomTransport;
  health(): EndpointHealth[];
  /** Asks every endpoint for its head and sets those aside that are behind the best. */
  compareHeads(): Promise<void>;
}

export interface FailoverOptions {
  /** Best first. */
  readonly urls: readonly string[];
  readonly chainId: number;
  /** Milliseconds for one request. */
  readonly timeoutMs?: number;
  /** Blocks that an endpoint may be behind the best one. */
  readonly maxLag?: bigint;
  /** Milliseconds for which a failing endpoint is tried last. */
  readonly restMs?: number;
  readonly now?: () => number;
}

interface Endpoint {
  readonly name: string;
  state: EndpointHealth["state"];
  restsUntil: number;
  request(method: string, params?: unknown): Promise<unknown>;
}

/** JSON-RPC codes that speak of the endpoint and not of the request: limit exceeded, internal error, resource unavailable. */
const ENDPOINT_CODES = new Set([-32005, -32603, -32002, 429]);

/**
 * Sends each request to the first endpoint that is well, and to the next when it does not answer. An endpoint of another
 * chain is never used. What a node says about the request itself (a revert, a bad nonce) is the answer and is not retried.
 * @throws {@link GliaError} (from requests) `CHAIN_ID_MISMATCH` if every endpoint is of another chain, `RPC_UNREACHABLE` if none answers.
 */
export function createFailover(options: FailoverOptions): Failover {
  const { urls, chainId, timeoutMs = 10_000, maxLag = 5n, restMs = 30_000, now = Date.now } = options;
  const endpoints: Endpoint[] = urls.map((url) => {
    const transport = http(url, { retryCount: 0, timeout: timeoutMs })({});
    return {
      name: new URL(url).origin,
      state: "untried",
      restsUntil: 0,
      request: (method, params) => transport.request({ method, params } as { method: string }),
    };
  });

  async function admit(endpoint: Endpoint): Promise<boolean> {
    if (endpoint.state === "wrong chain") return false;
    if (endpoint.state !== "untried") return true;
    const actual = Number(await endpoint.request("eth_chainId"));
    endpoint.state = actual === chainId ? "good" : "wrong chain";
    return actual === chainId;
  }

  function fail(endpoint: Endpoint, state: "failing" | "lagging"): void {
    // An untried endpoint stays untried: its chain id is still to be checked.
    if (endpoint.state !== "untried") endpoint.state = state;
    endpoint.restsUntil = now() + restMs;
  }

  function inOrder(): Endpoint[] {
    const time = now();
    const rested = endpoints.filter((endpoint) => endpoint.restsUntil <= time);
    return [...rested, ...endpoints.filter((endpoint) => endpoint.restsUntil > time)];
  }

  async function request({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
    let last: unknown;
    for (const endpoint of inOrder()) {
      try {
        if (!(await admit(endpoint))) continue;
        const answer = await endpoint.request(method, params);
        if (endpoint.restsUntil <= now()) endpoint.state = "good";
        return answer;
      } catch (error) {
        if (!isEndpointFault(error)) throw error;
        last = error;
        fail(endpoint, "failing");
      }
    }
    if (last === undefined) {
      throw new GliaError("CHAIN_ID_MISMATCH", `No RPC endpoint is on chain ${chainId}`, {
        kind: "usage",
        hint: "Correct chainId or rpc in the configuration.",
        details: { endpoints: endpoints.map(({ name }) => name) },
      });
    }
    throw new GliaError("RPC_UNREACHABLE", "No RPC endpoint answers", {
      kind: "network",
      retryable: true,
      hint: "Check the rpc setting and the network.",
      details: { endpoints: endpoints.map(({ name, state }) => ({ name, state })) },
      cause: last,
    });
  }

  async function compareHeads(): Promise<void> {
    const heads = await Promise.all(
      endpoints.map(async (endpoint) => {
        try {
          return (await admit(endpoint)) ? BigInt(String(await endpoint.request("eth_blockNumber"))) : undefined;
        } catch {
          fail(endpoint, "failing");
          return undefined;
        }
      }),
    );
    const best = heads.reduce<bigint>((most, head) => (head !== undefined && head > most ? head : most), 0n);
    for (const [index, endpoint] of endpoints.entries()) {
      const head = heads[index];
      if (head === undefined) continue;
      if (head + maxLag < best) fail(endpoint, "lagging");
      else [endpoint.state, endpoint.restsUntil] = ["good", 0];
    }
  }

  return {
    transport: custom({ request }, { retryCount: 0 }),
    health: () => endpoints.map(({ name, state }) => ({ name, state })),
    compareHeads,
  };
}

function isEndpointFault(error: unknown): boolean {
  if (error instanceof HttpRequestError || error instanceof TimeoutError) return true;
  const code = error instanceof RpcRequestError ? error.code : (error as { code?: unknown }).code;
  return typeof code === "number" && ENDPOINT_CODES.has(code);
}
