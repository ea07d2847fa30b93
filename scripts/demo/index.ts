/** The main job, end to end, on real processes: `npm run demo [-- --json] [--keep]`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { devnetDown, devnetUp, freePort } from "@glia/cli/devnet";
import { formatEther, formatUnits } from "viem";

import { auction, hireTheCheapest, killTheProvider } from "./acts.ts";
import type { Stage } from "./acts.ts";
import { auditTheMiser, admitTheCheat, challengeTheForger, collectReward } from "./caught.ts";
import { checkJobs } from "./closing.ts";
import { openBuyer } from "./buyer.ts";
import { tellPayments, tellVerdict } from "./justice.ts";
import { readLedger, showLedger } from "./ledger.ts";
import { createScreen } from "./screen.ts";

const HELP = `npm run demo [-- OPTIONS]

Starts a local chain and three providers, buys three jobs, kills a provider on the way, catches a cheat twice, and cleans up.

  --json   print one line of JSON on stdout, at the end; the story goes to stderr
  --keep   keep the folder with all data and logs
  --help   this text
`;

const PROVIDERS = 3;
/** Characters of an error that are shown; a failed call would bring its whole calldata. */
const LONGEST = 600;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, keep: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const screen = createScreen(values.json === true);
  const controller = new AbortController();
  const interrupt = (): void => {
    controller.abort(new Error("Interrupted."));
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const { signal } = controller;
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "glia-demo-"));
  const root = join(folder, "devnet");
  try {
    screen.title("A local Glia");
    const port = await freePort();
    const onStep = (text: string): void => {
      screen.line(text);
    };
    const devnet = await devnetUp({ root, port, providers: PROVIDERS, onStep, signal });
    const buyer = await openBuyer(devnet, join(folder, "buyer"));
    const { publicClient } = buyer.parts.client;
    const before = await publicClient.getBlockNumber({ cacheTime: 0 });
    const stage: Stage = { screen, buyer, root, port, devnet, signal };

    const hired = await hireTheCheapest(stage);
    const survived = await killTheProvider(stage);
    const auctioned = await auction(stage);
    const honest = await readLedger(publicClient, devnet, before);
    await admitTheCheat(stage);
    const forged = await challengeTheForger(stage);
    await tellVerdict(stage, forged.jobId, "buyer");
    const cheapened = await auditTheMiser(stage);
    await tellVerdict(stage, cheapened, "auditor");
    screen.title("6. Who is paid");
    await collectReward(stage, forged.jobId, forged.item);
    const caught = [await tellPayments(stage, forged.jobId), await tellPayments(stage, cheapened)];

    screen.title("What it came to");
    const ledger = await readLedger(publicClient, stage.devnet, before);
    showLedger(screen, ledger, stage.devnet, buyer.address);
    const acts = [hired, survived, auctioned];
    screen.title("What anybody can check");
    const modelId = await checkJobs(
      screen,
      buyer,
      acts.map(({ outcome }) => outcome),
    );
    const items = acts.reduce((sum, act) => sum + act.items, 0);
    const correct = acts.reduce((sum, act) => sum + act.correct, 0);
    const gasPerJob = Number(honest.gas / BigInt(honest.jobs));
    screen.line(
      `${ledger.jobs} jobs, ${items} digits, ${correct} right, ${caught.length} cheats caught, ${ledger.transactions} transactions, ${gasPerJob} gas per job, ` +
        `${((performance.now() - started) / 1_000).toFixed(0)} s`,
    );
    const summary = {
      ok: true,
      items,
      correct,
      providers: PROVIDERS,
      txs: ledger.transactions,
      gasPerJob,
      paid: Number(formatUnits(ledger.paid, 6)),
      refunded: Number(formatUnits(ledger.refunded, 6)),
      killed: survived.killed,
      caught: caught.length,
      slashed: Number(formatEther(caught.reduce((sum, { lost }) => sum + lost, 0n))),
      exact: acts.every(({ outcome }) => outcome.exact),
      modelId,
    };
    if (values.json === true) process.stdout.write(`${JSON.stringify(summary)}\n`);
  } finally {
    await devnetDown({ root });
    if (values.keep === true) screen.line(`kept: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

try {
  await main();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  const message = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  process.stderr.write(
    `\nThe demo failed: ${message}\n  Run it again with --keep and read the logs in the folder that it names.\n`,
  );
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ ok: false, error: message })}\n`);
  process.exitCode = 1;
}
