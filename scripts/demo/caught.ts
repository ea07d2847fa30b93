import { join } from "node:path";

import { addProvider } from "@glia/cli/devnet";
import { explainRevert, GliaError, jobFromEvents, JobStatus, outputBound, watchJob } from "@glia/sdk";
import type { ChallengerMove, JobView, RunOptions } from "@glia/sdk";
import { formatEther } from "viem";
import type { Hex } from "viem";

import type { Stage } from "./acts.ts";
import { batchOf, drawPictures, readModel, readSamples } from "./digits.ts";
import type { Pictures } from "./digits.ts";
import { dollars, narrate } from "./screen.ts";

/** How a cheat was caught. */
export interface Caught {
  readonly jobId: Hex;
  /** GLIA units of collateral that the cheat lost. */
  readonly lost: bigint;
  /** Token units that came back to the buyer: the price and the audit pot. */
  readonly refunded: bigint;
}

/** Cheaper than everybody else: what need not be computed rightly costs little. */
const CHEAP = { base: "20000", perItem: "500", perMegabyteModel: "1000" } as const;
/** Basis points: the lot draws next to none of such jobs, or all of them. */
const RARELY = 200;
const ALWAYS = 10_000;
/** Pictures of the job in which one byte of one result is forged. */
const FEW = 24;

/** A fourth provider joins: the shipped node with a liar in the place of its inference engine. */
export async function admitTheCheat(stage: Stage): Promise<void> {
  stage.screen.title("4. A cheaper provider, and one forged byte");
  const program = join(import.meta.dirname, "cheat", "node.ts");
  stage.devnet = await addProvider({
    root: stage.root,
    prices: CHEAP,
    audit: false,
    program: (dataDir) => [program, dataDir],
  });
  stage.screen.line(
    "provider 4 offers its services at a tenth of the others' price; what it hides is in scripts/demo/cheat/",
  );
}

/** Act four: one flipped output of one item, which no lot draws; the buyer runs the items again and challenges. */
export async function challengeTheForger(stage: Stage): Promise<Caught> {
  const { screen, buyer, signal } = stage;
  const jobId = await buyUntilRefused(stage, drawPictures(FEW), { checkBps: RARELY, sampleSize: 1 });
  const items = Array.from({ length: FEW }, (_, index) => index);
  const { rerun = [] } = await buyer.glia.verify(jobId, { rerun: { items }, signal });
  const wrong = rerun.filter(({ same }) => !same);
  screen.line(
    `rerun     ${rerun.length} digits computed again by the buyer: item ${wrong.map(({ item }) => item).join(", ")} differs`,
  );
  const [first] = wrong;
  if (first === undefined) throw new Error("The buyer found nothing wrong in a forged result.");
  const { outcome } = await buyer.glia.challenge(jobId, {
    item: first.item,
    onMove: (move) => {
      tellMove(stage, move);
    },
    signal,
  });
  if (outcome !== "won") throw new Error(`The challenge of a forged result ended as ${outcome}.`);
  return await settleAccounts(stage, jobId);
}

/** Act five: everything computed with a cheaper model, and the lot draws the job: auditors attest something else, and prove it. */
export async function auditTheMiser(stage: Stage): Promise<Caught> {
  const { screen, buyer, signal } = stage;
  screen.title("5. The same provider, with a cheaper model");
  const jobId = await buyUntilRefused(stage, await readSamples(), { checkBps: ALWAYS, sampleSize: 8 });
  screen.line("differs   what the auditors got is not what was revealed; one of them challenges by itself");
  const { client, interval = 100 } = buyer.parts;
  for (;;) {
    const { status } = await client.statusOf(jobId);
    if (status === JobStatus.Refuted) return await settleAccounts(stage, jobId);
    if (status !== JobStatus.Revealed) throw new Error(`The cheaper model's job ended in state ${status}.`);
    for await (const update of watchJob(client, jobId, { interval, signal })) if (update.status !== status) break;
  }
}

/** Buys a job from the cheat up to the point where the buyer would pay for it, and gives its id. */
async function buyUntilRefused(stage: Stage, pictures: Pictures, terms: Partial<RunOptions["terms"]>): Promise<Hex> {
  const { screen, buyer, devnet, signal } = stage;
  const { bytes, signature } = await readModel();
  const [token] = devnet.deployment.tokens;
  if (token === undefined) throw new Error("The devnet lists no token.");
  let jobId: Hex | undefined;
  const tell = narrate(
    screen,
    (owner) => devnet.providers.find((one) => one.owner.toLowerCase() === owner.toLowerCase())?.name ?? owner,
  );
  const { checkBps } = terms;
  try {
    await buyer.glia.run({
      model: bytes,
      inputs: batchOf(pictures, signature),
      maxItemOutputBytes: outputBound(signature),
      terms: { token: token.address, maxPrice: 2_000_000n, challengeWindow: 120, ...terms },
      onProgress: (event) => {
        ({ jobId } = event);
        tell(event);
      },
      ...(checkBps === ALWAYS ? {} : { inspect: refuse }),
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    const { code } = explainRevert(error);
    // An auditor that is quick has refuted it before the buyer looks.
    if (jobId !== undefined && ["NOT_YET_ACCEPTED", "AUDIT_DIFFERS", "JOB_REFUTED"].includes(code)) return jobId;
    throw error;
  }
  throw new Error("A wrong result was paid.");
}

/** This buyer does not pay before it has looked. */
function refuse(): never {
  throw new GliaError("NOT_YET_ACCEPTED", "The buyer computes the result again before it pays.", { kind: "refused" });
}

async function settleAccounts({ screen, buyer, signal }: Stage, jobId: Hex): Promise<Caught> {
  const view: JobView = await jobFromEvents(buyer.parts.client, jobId, { signal });
  const { refuted, spec } = view;
  if (refuted === undefined) throw new Error(`Job ${jobId} was not refuted.`);
  const receipt = await buyer.glia.receipt(jobId);
  const refunded = (receipt.quote?.quote.price ?? 0n) + spec.auditPot;
  const lost = refuted.burned + refuted.reward;
  screen.line(
    `refuted   the contract recomputed one neuron: provider 4 lost ${formatEther(lost)} GLIA, ${formatEther(refuted.burned)} of it burned`,
  );
  screen.line(`back      ${dollars(refunded)} to the buyer`);
  return { jobId, lost, refunded };
}

function tellMove({ screen }: Stage, move: ChallengerMove): void {
  if (move.do === "send") screen.line(`move      ${move.call.what}: ${move.why}`);
  else if (move.do === "wait") screen.line(`wait      ${move.why}`);
}
