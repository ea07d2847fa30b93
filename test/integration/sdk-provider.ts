/**
 * A small provider over real HTTP, with real signatures, real CARs and real transactions; only the model is not run: each output is
 * its input, reversed. It stands in for the node where a test needs a provider that misbehaves in a chosen way.
 */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import {
  batchFacts,
  batchHeaderOf,
  chainTime,
  cidToDigest,
  createGateway,
  createMemoryStore,
  createServedSet,
  createTensor,
  digestToCid,
  GliaError,
  hashJobSpec,
  httpStatus,
  jobFromEvents,
  openBatchFile,
  openModel,
  parseWith,
  quoteRequestSchema,
  rejectCall,
  revealCall,
  sendCall,
  signQuote,
  signResultStatement,
  toJson,
  verifyQuoteRequest,
  writeBatchFile,
} from "@glia/sdk";
import type { Item, JobSpec, MarketClient, ProviderJobState, Quote, SignedResult } from "@glia/sdk";
import { stringToHex } from "viem";
import type { Address, Hex } from "viem";
import type { HDAccount } from "viem/accounts";

/** How the provider misbehaves; nothing means that it is honest. */
export interface Behaviour {
  readonly price?: bigint;
  /** Changes a quote before it is signed. */
  readonly quote?: (quote: Quote) => Quote;
  /** Signs with another key. */
  readonly signer?: HDAccount;
  /** Answers the quote request in its own way. */
  readonly answer?: (response: ServerResponse) => void | Promise<void>;
  readonly refuseContent?: boolean;
  /** After the hire: works (default), rejects, or does nothing. */
  readonly work?: "reveal" | "reject" | "nothing";
  /** Bytes that the gateway sends instead of the output. */
  readonly gateway?: "wrong-bytes";
  /** Reveals this root instead of the right one. */
  readonly resultRoot?: Hex;
}

export interface TestProvider {
  readonly endpoint: string;
  behaviour: Behaviour;
  /** Does what the behaviour says about a job that was hired; the double has no chain watcher. */
  perform(jobId: Hex): Promise<void>;
  readonly uploads: number;
  stop(): Promise<void>;
}

/** Starts the server; register `owner` with its endpoint afterwards. `client`'s wallet is the operator. */
export async function startProvider(owner: Address, operator: HDAccount, client: MarketClient): Promise<TestProvider> {
  const store = createMemoryStore();
  const served = createServedSet(store);
  const gateway = createGateway({ store, isServed: (cid) => served.has(cid) });
  const specs = new Map<Hex, JobSpec>();
  const progress = new Map<Hex, { state: ProviderJobState; itemsDone: number; result?: SignedResult }>();
  let uploads = 0;

  async function onQuote(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (provider.behaviour.answer !== undefined) return provider.behaviour.answer(response);
    const body = parseWith(quoteRequestSchema, JSON.parse(await text(request)), {
      code: "REQUEST_INVALID",
      kind: "input",
      what: "The request",
    });
    const { spec, deadline, signature } = body;
    const jobId = hashJobSpec(spec, client.domain);
    await verifyQuoteRequest({
      buyer: spec.buyer,
      request: { jobId, provider: owner, deadline },
      signature,
      domain: client.domain,
      publicClient: client.publicClient,
    });
    const honest: Quote = {
      provider: owner,
      jobId,
      price: provider.behaviour.price ?? 1_000n,
      collateral: await client.requiredCollateral(spec),
      expiry: (await chainTime(client.publicClient)) + 60n,
      nonce: (await client.provider(owner)).quoteNonce,
    };
    const quote = provider.behaviour.quote?.(honest) ?? honest;
    specs.set(jobId, spec);
    const answer = {
      quote,
      signature: await signQuote(provider.behaviour.signer ?? operator, quote, client.domain),
      needsContent: !(await has(spec)),
    };
    send(response, 200, answer);
  }

  async function has(spec: JobSpec): Promise<boolean> {
    return (await store.has(digestToCid(spec.modelDigest))) && (await store.has(digestToCid(spec.inputDigest)));
  }

  async function onContent(request: IncomingMessage, response: ServerResponse, jobId: Hex): Promise<void> {
    const spec = specs.get(jobId);
    if (spec === undefined) throw new GliaError("QUOTE_UNKNOWN", "No such quote.", { kind: "refused" });
    if (provider.behaviour.refuseContent === true) {
      throw new GliaError("MODEL_REFUSED", "The gate refuses this model.", { kind: "refused" });
    }
    const roots = [digestToCid(spec.modelDigest), digestToCid(spec.inputDigest)];
    await store.importCar(request, { roots, maxBytes: 50_000_000, pin: true });
    uploads += 1;
    send(response, 200, { ok: true });
  }

  async function onGateway(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (provider.behaviour.gateway === "wrong-bytes") {
      response.writeHead(200, { "content-type": "application/vnd.ipld.raw" }).end("these are other bytes");
      return;
    }
    const { accept } = request.headers;
    const answer = await gateway({ path: url.pathname, query: url.searchParams, accept });
    response.writeHead(answer.status, { ...answer.headers });
    Readable.from(answer.body).pipe(response);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const content = /^\/v1\/quotes\/(0x[0-9a-f]{64})\/content$/.exec(url.pathname)?.[1];
    const job = /^\/v1\/jobs\/(0x[0-9a-f]{64})$/.exec(url.pathname)?.[1];
    if (url.pathname === "/v1/quotes") await onQuote(request, response);
    else if (content !== undefined) await onContent(request, response, content as Hex);
    else if (url.pathname.startsWith("/ipfs/")) await onGateway(url, request, response);
    else if (job !== undefined && progress.has(job as Hex)) {
      send(response, 200, { jobId: job, items: specs.get(job as Hex)?.items ?? 0, ...progress.get(job as Hex) });
    } else send(response, 404, { error: new GliaError("JOB_UNKNOWN", "No such job.", { kind: "input" }) });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const known = error instanceof GliaError ? error : new GliaError("BROKEN", String(error), { kind: "internal" });
      send(response, httpStatus(known.kind), { error: known });
    });
  });
  const endpoint = await listen(server);

  const provider: TestProvider = {
    endpoint,
    behaviour: {},
    get uploads() {
      return uploads;
    },
    perform: async (jobId) => {
      const { market } = client.deployment;
      const { job, spec } = await jobFromEvents(client, jobId);
      const { work = "reveal", resultRoot } = provider.behaviour;
      if (work === "nothing") return;
      if (work === "reject") {
        await sendCall(client, rejectCall(market, { id: jobId, job }, stringToHex("MODEL_UNKNOWN", { size: 32 })));
        return;
      }
      const output = await computeOutput(spec);
      const root = resultRoot ?? output.root;
      await sendCall(client, revealCall(market, { id: jobId, job }, root, output.digest));
      const result = { resultRoot: root, outputDigest: output.digest, runtime: "double/1" };
      const signature = await signResultStatement(operator, { jobId, ...result }, client.domain);
      progress.set(jobId, { state: "revealed", itemsDone: spec.items, result: { ...result, signature } });
    },
    stop: async () => {
      server.closeAllConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      await closed;
    },
  };

  async function computeOutput(spec: JobSpec): Promise<{ root: Hex; digest: Hex }> {
    const inputs = await openBatchFile(await store.open(digestToCid(spec.inputDigest)));
    const outputs: Item[] = [];
    for await (const item of inputs.items()) {
      outputs.push(
        new Map(
          [...item].map(([name, { dtype, shape, bytes }]) => [name, createTensor(dtype, shape, bytes.toReversed())]),
        ),
      );
    }
    const [first] = outputs;
    if (first === undefined) throw new Error("A batch has at least one item.");
    const cid = await store.put(writeBatchFile(batchHeaderOf(first, outputs.length), outputs), { pin: true });
    const file = await store.open(digestToCid(spec.modelDigest));
    const model = await openModel(await file.read(0, file.size), spec.modelId);
    await served.add(cid);
    return { root: (await batchFacts(await store.open(cid), model, "outputs")).root, digest: cidToDigest(cid) };
  }

  return provider;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json" }).end(toJson(body));
}

/** Answers of servers that mean harm or are broken. */
export const HOSTILE: Readonly<Record<string, { code: string; answer: NonNullable<Behaviour["answer"]> }>> = {
  "answers too late": {
    code: "PROVIDER_TIMEOUT",
    answer: async (response) => {
      await delay(60_000, undefined, { ref: false });
      response.end();
    },
  },
  "sends without end": {
    code: "PROVIDER_NONSENSE",
    answer: (response) => {
      response.writeHead(200);
      Readable.from(endless())
        .on("error", () => undefined)
        .pipe(response);
    },
  },
  "sends garbage": { code: "PROVIDER_NONSENSE", answer: (response) => void response.end("<html>hello</html>") },
  "sends another document": { code: "PROVIDER_NONSENSE", answer: (response) => void response.end('{"quote":{}}') },
  "redirects elsewhere": {
    code: "PROVIDER_UNREACHABLE",
    answer: (response) => void response.writeHead(307, { location: "http://127.0.0.1:1/" }).end(),
  },
  "hangs up": { code: "PROVIDER_UNREACHABLE", answer: (response) => void response.destroy() },
  "refuses with control characters": {
    code: "PROVIDER_REFUSED",
    answer: (response) =>
      void response
        .writeHead(403)
        .end(JSON.stringify({ error: { code: "NO", kind: "refused", message: "\u001b[2Jno\u0007" } })),
  },
};

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536, 0x20);
}
