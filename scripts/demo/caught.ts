import { join } from "node:path";

import { addProvider } from "@glia/cli/devnet";
import { explainRevert, GliaError, JobStatus, outputBound, watchJob } from "@glia/sdk";
import type { ChallengerMove, RunOptions } from "@glia/sdk";
import type { Hex } from "viem";

import { RARELY } from "./acts.ts";
import type { Stage } from "./acts.ts";
import { batchOf, drawPictures, readModel, readSamples } from "./digits.ts";
import type { Pictures } from "./digits.ts";
import { narrate } from "./screen.ts";

/** Cheaper than everybody else: what need not be computed rightly costs little. */
const CHEAP = { base: "20000", perItem: "500", perMegabyteModel: "1000" } as const;
/** Basis points: the lot draws every such job. */
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

/** Act four: one flipped output of one item, which no lot draws; the buyer runs the items again and challenges. Gives the job and the item. */
export async function challengeTheForger(stage: Stage): Promise<{ readonly jobId: Hex; readonly item: number }> {
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
  const { item } = first;
  // The reward is known only after a while; nobody has to look at a clock meanwhile: a challenge goes on from wherever it stands.
  const stop = new AbortController();
  try {
    await challenge(stage, jobId, item, AbortSignal.any([signal, stop.signal]), (move) => {
      if (move.do === "wait" && move.for === "time") stop.abort();
    });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  signal.throwIfAborted();
  return { jobId, item };
}

/** The buyer goes on with its challenge up to the reward. */
export async function collectReward(stage: Stage, jobId: Hex, item: number): Promise<void> {
  await challenge(stage, jobId, item, stage.signal);
}

async function challenge(
  { screen, buyer }: Stage,
  jobId: Hex,
  item: number,
  signal: AbortSignal,
  onMove: (move: ChallengerMove) => void = () => undefined,
): Promise<void> {
  const { outcome } = await buyer.glia.challenge(jobId, {
    item,
    onMove: (move) => {
      if (move.do === "send") screen.line(`move      ${move.call.what}: ${move.why}`);
      else if (move.do === "wait") screen.line(`wait      ${move.why}`);
      onMove(move);
    },
    signal,
  });
  if (outcome !== "won") throw new Error(`The challenge of a forged result ended as ${outcome}.`);
}

/** Act five: everything computed with a cheaper model, and the lot draws the job: auditors attest something else, and prove it. Gives the job. */
export async function auditTheMiser(stage: Stage): Promise<Hex> {
  const { screen, buyer, signal } = stage;
  screen.title("5. The same provider, with a cheaper model");
  const jobId = await buyUntilRefused(stage, await readSamples(), { checkBps: ALWAYS, sampleSize: 8 });
  screen.line("differs   what the auditors got is not what was revealed");
  const { client, interval = 100 } = buyer.parts;
  for (;;) {
    const { status } = await client.statusOf(jobId);
    if (status === JobStatus.Refuted) return jobId;
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
