import { setTimeout as delay } from "node:timers/promises";

import { devnetUp } from "@glia/cli/devnet";
import type { DevnetProvider, DevnetState } from "@glia/cli/devnet";
import { buildSpec, chainTime, outputBound, post, prepareContent, readProgress, readSpecRules } from "@glia/sdk";
import type { JobOutcome, RunOptions } from "@glia/sdk";

import type { Buyer } from "./buyer.ts";
import { batchOf, drawPictures, readModel, readSamples } from "./digits.ts";
import type { Pictures } from "./digits.ts";
import { judge, showPredictions } from "./predictions.ts";
import { dollars, narrate } from "./screen.ts";
import type { Screen } from "./screen.ts";
import { serveContent } from "./serve-content.ts";

/** What the acts share. */
export interface Stage {
  readonly screen: Screen;
  readonly buyer: Buyer;
  readonly root: string;
  readonly port: number;
  devnet: DevnetState;
  readonly signal: AbortSignal;
}

/** How an act went. */
export interface ActResult {
  readonly items: number;
  readonly correct: number;
  readonly outcome: JobOutcome;
}

/** Pictures of the job during which a provider is killed: enough work to be caught in the middle of it. */
const LARGE_BATCH = 1_000;
/** Test dollar units that go into the Vault with the first job, so that the later ones move internal balances only. */
const PURSE = 30_000_000n;
/** Seconds that the buyer has to look at a result before anyone may settle. */
const CHALLENGE_WINDOW = 120;
/** Basis points: an honest job that the lot draws waits some twenty seconds for its auditors, which act five shows anyway. */
export const RARELY = 200;
/** Seconds over which the auction's price rises. */
const AUCTION_SECONDS = 15n;

/** Act one: quotes, the cheapest provider, predictions against the truth. */
export async function hireTheCheapest(stage: Stage): Promise<ActResult> {
  const { screen } = stage;
  const pictures = await readSamples();
  screen.title(`1. ${pictures.files.length} digits, quoted and hired`);
  const outcome = await run(stage, pictures, { extraDeposit: PURSE, allowance: 2n * PURSE });
  return await report(stage, outcome, pictures, true);
}

/** Act two: the hired provider is killed with SIGKILL while it computes, and comes back. */
export async function killTheProvider(stage: Stage): Promise<ActResult & { readonly killed: number }> {
  const { screen, signal } = stage;
  const pictures = drawPictures(LARGE_BATCH);
  screen.title(`2. ${LARGE_BATCH} digits, and a provider that dies at work`);
  let killed = 0;
  let accident: Promise<void> | undefined;
  const tell = narrate(screen, nameOf(stage));
  const outcome = await run(stage, pictures, {
    onProgress: (event) => {
      tell(event);
      if (event.step !== "hired" || accident !== undefined) return;
      const { provider, endpoint } = event.offer;
      accident = killAtWork(stage, event.jobId, provider, endpoint).then((times) => {
        killed += times;
      });
      // A failure is thrown below; without this it would end the process before.
      accident.catch(() => undefined);
    },
  });
  await accident;
  signal.throwIfAborted();
  return { ...(await report(stage, outcome, pictures, false)), killed };
}

/** Act three: nobody is asked; the price rises until a provider takes the job, and the rest of the escrow comes back. */
export async function auction(stage: Stage): Promise<ActResult> {
  const { screen, buyer, devnet, signal } = stage;
  const { client, content } = buyer.parts;
  const pictures = await readSamples();
  screen.title(`3. ${pictures.files.length} digits by open auction`);
  const { bytes, signature } = await readModel();
  const maxItemOutputBytes = outputBound(signature);
  const prepared = await prepareContent(
    content,
    { model: bytes, inputs: batchOf(pictures, signature), maxItemOutputBytes },
    signal,
  );
  const now = await chainTime(client.publicClient);
  const maxPrice = 5_000_000n;
  const terms = {
    buyer: buyer.address,
    token: tokenOf(devnet),
    maxPrice,
    auctionStart: now,
    auctionEnd: now + AUCTION_SECONDS,
    checkBps: RARELY,
  };
  const spec = buildSpec(prepared, terms, await readSpecRules(client));
  const server = await serveContent(content);
  try {
    const { jobId } = await post(client, spec, [server.url]);
    screen.line(
      `posted    the price rises from 0 to ${dollars(maxPrice)} within ${AUCTION_SECONDS} s; so much is in escrow`,
    );
    const outcome = await buyer.glia.resume(jobId, { onProgress: narrate(screen, nameOf(stage)), signal });
    const { paid, fee } = outcome.receipt.settlement;
    screen.line(
      `taken     by ${nameOf(stage)(outcome.receipt.provider)} at ${dollars(paid + fee)}; ${dollars(maxPrice - paid - fee)} went back to the buyer`,
    );
    return await report(stage, outcome, pictures, false);
  } finally {
    await server.close();
  }
}

async function run(stage: Stage, pictures: Pictures, extra: Partial<RunOptions>): Promise<JobOutcome> {
  const { screen, buyer, devnet, signal } = stage;
  const { bytes, signature } = await readModel();
  return await buyer.glia.run({
    model: bytes,
    inputs: batchOf(pictures, signature),
    maxItemOutputBytes: outputBound(signature),
    terms: { token: tokenOf(devnet), maxPrice: 20_000_000n, challengeWindow: CHALLENGE_WINDOW, checkBps: RARELY },
    onProgress: narrate(screen, nameOf(stage)),
    signal,
    ...extra,
  });
}

async function report({ screen }: Stage, outcome: JobOutcome, { truth }: Pictures, show: boolean): Promise<ActResult> {
  const { predicted, correct } = await judge(outcome, truth);
  if (show) showPredictions(screen, predicted, truth);
  screen.line(`right     ${correct} of ${truth.length} (${((100 * correct) / truth.length).toFixed(1)} %)`);
  const { paid, fee } = outcome.receipt.settlement;
  screen.line(`paid      ${dollars(paid)} to the provider, ${dollars(fee)} to the treasury`);
  return { items: truth.length, correct, outcome };
}

/** Waits until the provider says that it computes this job, kills it, and starts it again. */
async function killAtWork(stage: Stage, jobId: `0x${string}`, provider: string, endpoint: string): Promise<number> {
  const { screen, signal, devnet } = stage;
  const victim = find(devnet.providers, provider);
  for (;;) {
    const progress = await readProgress(jobId, { endpoint, allowPrivate: true, signal });
    if (progress?.state === "fetching" || progress?.state === "running") break;
    if (progress?.state === "revealing" || progress?.state === "revealed")
      throw new Error("The provider was too fast to be killed at work.");
    await delay(5, undefined, { signal });
  }
  process.kill(victim.process.pid, "SIGKILL");
  screen.line(`killed    ${victim.name} (process ${victim.process.pid}) with SIGKILL, in the middle of the job`);
  stage.devnet = await devnetUp({ root: stage.root, port: stage.port, providers: devnet.providers.length, signal });
  const revived = find(stage.devnet.providers, provider);
  screen.line(`back      ${revived.name} runs again (process ${revived.process.pid}) and goes on from its journal`);
  return 1;
}

function find(providers: readonly DevnetProvider[], owner: string): DevnetProvider {
  const found = providers.find((provider) => provider.owner.toLowerCase() === owner.toLowerCase());
  if (found === undefined) throw new Error(`No provider of the devnet is ${owner}.`);
  return found;
}

function nameOf(stage: Stage): (provider: string) => string {
  return (provider) => find(stage.devnet.providers, provider).name;
}

function tokenOf({ deployment }: DevnetState): `0x${string}` {
  const [token] = deployment.tokens;
  if (token === undefined) throw new Error("The devnet lists no token.");
  return token.address;
}
