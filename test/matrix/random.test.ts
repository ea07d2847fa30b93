/** Random models through the market: of each a cheat commits to a result with one fault, an honest twin to the right one. All cheats fall, no twin does. */
import assert from "node:assert/strict";
import { challengerMove, jobCall, jobFromEvents, JobStatus, responderMoves, sendCall, Turn } from "@glia/sdk";
import type { JobMaterial } from "@glia/sdk";
import { GliaError } from "../../sdk/src/errors.ts";
import { FAULTS } from "../exact/faulty-models.ts";
import { begin, endingOf, goOn } from "./play.ts";
import type { Ending, Play } from "./play.ts";
import { randomBatch } from "./random-batches.ts";
import type { RandomBatch } from "./random-batches.ts";
import { AUDITED, CHALLENGE_WINDOW, PRICE, startMatrixWorld, truthOf, WINDOW } from "./world.ts";
import type { Committed, Lane, MatrixWorld, Revealed } from "./world.ts";

const MODELS = 200;
/** Pairs of a cheat and an honest twin who play at the same time. */
const PAIRS = 4;
/** Moves after which a slander would be without an end. */
const MOST_MOVES = 30;

/** The jobs of one model. */
interface Case {
  readonly batch: RandomBatch;
  readonly lanes: { readonly cheat: Lane; readonly honest: Lane };
  readonly cheat: Committed;
  readonly honest: Committed;
}

interface Slander {
  readonly lane: Lane;
  readonly job: Revealed;
  /** What the honest provider answers from. */
  readonly truth: JobMaterial;
  /** Code with which the chain refused the liar's proof; undefined if it had nothing to bring forward. */
  readonly refused: string | undefined;
  readonly questions: number;
}

describe(`${MODELS} random models with one fault each`, function () {
  this.timeout(1_800_000);
  let world: MatrixWorld;
  const cases: Case[] = [];
  const plays: Play[] = [];
  const slanders: Slander[] = [];
  let endings: readonly Ending[] = [];
  /** GLIA units of each honest provider, free and locked, before it was hired. */
  const wealth = new Map<Lane, bigint>();

  before(async () => {
    world = await startMatrixWorld();
    const numbers = Array.from({ length: MODELS }, (_, number) => number);
    const pairs: Case["lanes"][] = [];
    while (pairs.length < PAIRS) pairs.push({ cheat: await world.lane(), honest: await world.lane() });
    for (const { honest } of pairs) wealth.set(honest, await worthOf(honest));
    await Promise.all(pairs.map((lanes) => each(numbers, async (number) => {
      const batch = await randomBatch(number);
      const [cheat, honest] = await Promise.all([lanes.cheat.commit(batch.cheat), lanes.honest.commit(batch.honest)]);
      cases.push({ batch, lanes, cheat, honest });
    }))); // prettier-ignore
    await world.devnet.pass(AUDITED);
    // All of them before the first is played: there is a window's time for it.
    const revealed = await byLane(pairs, async (one) => ({
      one,
      cheat: await one.cheat.reveal(),
      honest: await one.honest.reveal(),
    }));
    await Promise.all(revealed.map(async (jobs) => {
      for (const { one, cheat, honest } of jobs) {
        const rules = { delivered: false, named: true, patience: Infinity };
        plays.push(await begin(world, one.lanes.cheat, cheat, rules));
        slanders.push(await slanderOf(one, honest));
      }
    })); // prettier-ignore
    for (let pass = 0; pass < 3; pass++) {
      for (const play of plays) await goOn(world, play);
      await world.devnet.pass(WINDOW + 1);
    }
    endings = await Promise.all(plays.map((play) => endingOf(world, play)));
    for (const { lane, job, truth } of slanders) await defend(lane, job, truth);
    await world.devnet.pass(2 * CHALLENGE_WINDOW);
    for (const { lane, job } of slanders)
      await sendCall(
        lane.challenger,
        jobCall(world.devnet.file.market, "settle", { id: job.jobId, job: job.view.job }),
      );
  });
  after(() => world.stop());

  it("are refuted, every one, and the payer has its money back", () => {
    assert.equal(endings.filter(({ status }) => status === JobStatus.Refuted).length, MODELS);
    for (const { outcome, turn, refund, lost, collateral, burned, reward, bondLeft } of endings) {
      assert.deepEqual([outcome, turn, refund], ["won", Turn.Won, PRICE]);
      assert.deepEqual([lost, reward, bondLeft], [collateral, collateral - burned, 0n]);
    }
  });

  it("fall by proof, but for those where a hash stands for nothing", () => {
    for (const [i, { proven, calls }] of endings.entries()) {
      const fault = cases.find(({ cheat }) => cheat.jobId === plays[i]?.job.jobId)?.batch.fault ?? "";
      if (!fault.startsWith("a random")) assert.ok(proven, `${fault}: ${calls.join(", ")}`);
    }
    assert.deepEqual([...new Set(cases.map(({ batch }) => batch.fault))].sort(), [...FAULTS].sort());
    const proofs = new Set(endings.flatMap(({ calls }) => calls));
    assert.ok(["demand", "prove", "claimDefault", "refute", "claimReward"].every((name) => proofs.has(name)));
  });

  it("have honest twins, of whom none is slashed: they are paid, and have the bonds of the liars", async () => {
    assert.equal(slanders.length, MODELS);
    let questions = 0;
    for (const { job, refused, questions: asked, lane } of slanders) {
      assert.ok(refused === "NOT_REFUTED", `${refused} after ${asked} questions`);
      questions += asked;
      const { status } = await jobFromEvents(lane.operator, job.jobId);
      assert.equal(status, JobStatus.Settled);
    }
    assert.ok(questions > MODELS, `${questions} questions`);
    for (const [lane, before] of wealth) {
      const jobs = BigInt(slanders.filter((slander) => slander.lane === lane).length);
      assert.ok(jobs > 0n);
      assert.equal(await worthOf(lane), before);
      assert.equal((await lane.operator.position(lane.provider.address)).locked, 0n);
      assert.equal(
        await lane.operator.vaultBalance(lane.provider.address, world.devnet.token),
        (jobs * PRICE * 99n) / 100n,
      );
      assert.ok((await world.assurance.owed(lane.provider.address)) > 0n);
    }
  });

  /** Lanes side by side, and of each lane one case after another. */
  async function byLane<T>(pairs: readonly Case["lanes"][], act: (one: Case) => Promise<T>): Promise<T[][]> {
    return Promise.all(
      pairs.map(async (lanes) => {
        const done: T[] = [];
        for (const one of cases.filter((each_) => each_.lanes === lanes)) done.push(await act(one));
        return done;
      }),
    );
  }

  async function worthOf({ operator, provider }: Lane): Promise<bigint> {
    const { free, locked } = await operator.position(provider.address);
    return free + locked;
  }

  /** A liar challenges the honest twin by the shipped driver, convinced of its own computation, until the chain refuses its proof. */
  async function slanderOf({ batch, lanes }: Case, job: Revealed): Promise<Slander> {
    const lane = lanes.honest;
    const { challenger } = lane;
    const truth = truthOf(job.claimed, false);
    const { item } = job.claimed;
    const args = {
      client: challenger,
      jobId: job.jobId,
      account: challenger.requireWallet().account.address,
      item,
      material: {
        ...truth,
        trace: (wanted: number) => (wanted === item ? Promise.resolve(batch.slander) : truth.trace(wanted)),
      },
    };
    let questions = 0;
    for (let move = 0; move < MOST_MOVES; move++) {
      const next = await challengerMove(args);
      if (next.do === "done") return { lane, job, truth, refused: undefined, questions };
      if (next.do === "wait") {
        await defend(lane, job, truth);
        continue;
      }
      try {
        await sendCall(challenger, next.call);
        questions += 1;
      } catch (error) {
        if (!(error instanceof GliaError)) throw error;
        return { lane, job, truth, refused: error.code, questions };
      }
    }
    return assert.fail("The liar found no end.");
  }

  /** The honest provider answers, or claims the bond of who has nothing to say. */
  async function defend({ operator }: Lane, { jobId }: Revealed, material: JobMaterial): Promise<void> {
    for (const move of await responderMoves({ client: operator, jobId, material })) {
      if (move.do === "stuck") throw move.error;
      if (move.do === "send") await sendCall(operator, move.call);
    }
  }
});

/** Takes numbers from a queue that others take from too, one after another. */
async function each(queue: number[], act: (number: number) => Promise<void>): Promise<void> {
  for (let number = queue.shift(); number !== undefined; number = queue.shift()) await act(number);
}
