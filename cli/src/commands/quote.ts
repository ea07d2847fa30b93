import {
  buildSpec,
  contentSizes,
  estimateJobCost,
  createMemoryStore,
  opaqueModelId,
  prepareContent,
  rankOffers,
  readAssuranceMenu,
  readSpecRules,
  requestQuotes,
  type JobSpec,
  type Offer,
  type Refusal,
} from "@glia/sdk";
import Table from "cli-table3";
import { Command } from "commander";
import { formatEther } from "viem";

import { accountOf, openContext, type CommonOptions, type Context } from "../context/context.ts";
import { findToken } from "../context/network.ts";
import { readContent } from "../context/content.ts";
import { requireTokens } from "../context/require-tokens.ts";
import { readAmount, showAmount, showWei } from "../terminal/amounts.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { printable } from "../terminal/printable.ts";
import { showMenu } from "../terminal/show-menu.ts";
import { PRIVACY, windows, withJob, type JobOptions } from "./job-options.ts";
import { levelTerms } from "./level-options.ts";
import { withExamples, withNetwork, withWallet } from "./shared.ts";

/** Highest price where none is given, in whole tokens. */
export const DEFAULT_MAX_PRICE = "10";

/** `glia quote`: asks and shows, pays nothing. */
export function quoteCommand(): Command {
  return withExamples(
    withWallet(
      withNetwork(
        withJob(
          new Command("quote").description("ask providers what a job would cost; nothing is signed on chain or paid"),
        ),
      ),
    ).action((options: JobOptions & CommonOptions) => interruptible((signal) => quote(options, signal))),
    "glia quote --model examples/digits/digits.onnx --input examples/digits/samples/*.png",
    "glia quote --model m.onnx --input batch.npz --level audited --check 25% --sample 16",
    "glia quote --model m.onnx --input batch.npz --max-price 2.5 --json",
  );
}

async function quote(options: JobOptions & CommonOptions, signal: AbortSignal): Promise<void> {
  const files = await readContent(options);
  const context = await openContext(options, { sign: true });
  const { client, output, network, parts } = context;
  const token = findToken(network, options.token);
  await requireTokens(context, token);
  const store = createMemoryStore();
  const content = await prepareContent(store, { ...files, inputs: files.inputs() }, signal);
  const terms = {
    buyer: accountOf(client),
    token: token.address,
    maxPrice: readAmount(options.maxPrice ?? DEFAULT_MAX_PRICE, token),
    ...windows(options),
    ...levelTerms(options, token),
  };
  const spec = buildSpec(content, terms, await readSpecRules(client));
  output.note(PRIVACY);
  const refusals: Refusal[] = [];
  const offers = await requestQuotes(client, spec, {
    sizes: await contentSizes(store, spec),
    allowPrivate: parts.allowPrivate ?? false,
    ...(options.quoteTimeout === undefined ? {} : { timeout: options.quoteTimeout }),
    onRefusal: (refusal) => refusals.push(refusal),
    signal,
  });
  const ranked = rankOffers(offers);
  const quotes = await Promise.all(ranked.map((offer) => describe(context, spec, offer)));
  const [best] = ranked;
  const exact = spec.modelId !== opaqueModelId(files.model);
  const levels = best === undefined ? [] : await readAssuranceMenu(client, spec, best.quote);
  const refused = refusals.map(({ provider, endpoint, error }) => ({ provider, endpoint, error: error.toJSON() }));
  const document = {
    ok: true,
    exact,
    modelId: spec.modelId,
    items: spec.items,
    token,
    level: spec.level,
    levels,
    quotes,
  };
  output.result({ ...document, refusals: refused }, () => {
    const table = new Table({
      head: ["provider", "price", "with gas, about", "collateral at stake", "answered in"],
      style: { head: [], border: [] },
    });
    for (const entry of quotes) {
      table.push([
        entry.provider,
        showAmount(entry.price, token),
        `${showAmount(entry.tokens, token)} + ${showWei(entry.gasCost)}`,
        `${formatEther(entry.collateral)} GLIA`,
        `${entry.latency.toFixed(0)} ms`,
      ]);
    }
    const lines = refusals.map(({ provider, error }) => `no quote from ${provider}: ${printable(error.message)}`);
    if (quotes.length === 0) return ["No provider made an offer.", ...lines].join("\n");
    return [table.toString(), ...lines, showMenu(levels, spec.level, token)].join("\n");
  });
}

async function describe({ client }: Context, spec: JobSpec, { provider, endpoint, quote: offer, latency }: Offer) {
  const cost = await estimateJobCost(client, spec, offer);
  return {
    provider,
    endpoint,
    price: cost.price,
    tokens: cost.tokens,
    gas: cost.gas,
    gasCost: cost.gasCost,
    collateral: offer.collateral,
    latency,
    expiry: offer.expiry,
  };
}
