/** Whose move it is may act up to and including the deadline, everybody else only after it: every row of the table about challenges. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Abi } from "viem";
import { jobMarketAbi } from "@glia/contracts";
import { JobStatus } from "@glia/sdk";
import { eachInWorld } from "./each-in-world.ts";
import { answer, answerTo, ask, callOf, gameOf, respond } from "./game.ts";
import type { Game } from "./game.ts";
import { pictureModel, sceneOf } from "./scene.ts";
import { MOVE_WINDOW, TURN, eventOf } from "./world.ts";
import type { Revealed, World } from "./world.ts";

describe("Disputes: clocks", () => {
  let world: World;
  let job: Revealed;

  eachInWorld(async (started) => {
    world = started;
    const lies = [
      { item: 1, node: 2, element: 7, by: 1 },
      { item: 2, node: 0, element: 700, by: 9 },
    ];
    job = await world.reveal(await sceneOf(pictureModel(), 3, lies));
  });

  /** A challenge by alice that was responded to: it is her turn. */
  async function begun(item: number, more: Partial<Game> = {}, delivered = true): Promise<Game> {
    const id = await world.challenge(world.alice, job, item);
    await respond(world, job, item);
    return gameOf({ id, challenger: world.alice, job, item, ...more }, { delivered });
  }

  const deadlineOf = async (id: bigint): Promise<number> => (await world.challengeOf(id)).deadline;
  const turnOf = async (id: bigint): Promise<number> => (await world.challengeOf(id)).turn;

  /** The provider's silence: a stranger wins the challenge for its challenger in the second after the deadline, and not before. */
  async function losesBySilence(id: bigint): Promise<void> {
    const deadline = await deadlineOf(id);
    await world.refuses(world.stranger, "claimDefault", [id], "MoveNotPassed", { at: deadline });
    const receipt = await world.act(world.stranger, "claimDefault", [id], { at: deadline + 1 });
    assert.equal(eventOf(receipt, "ChallengeWon")["byDefault"], true);
    assert.equal(await turnOf(id), TURN.won);
    const { challenge, item, proven, tieDeadline, refuted } = await world.verdictOf(job);
    assert.deepEqual([challenge, item, proven, refuted], [id, (await world.challengeOf(id)).item, false, false]);
    assert.equal(tieDeadline, receipt.time + MOVE_WINDOW);
  }

  it("opens a challenge up to the last second of the challenge window", async () => {
    const args = [job.spec, job.job, 1];
    const value = world.bond();
    await world.refuses(world.alice, "challenge", args, "MovePassed", { at: job.deadline + 1, value });
    const id = await world.challenge(world.alice, job, 1, { at: job.deadline });
    assert.deepEqual([await turnOf(id), await deadlineOf(id)], [TURN.provider, job.deadline + MOVE_WINDOW]);
  });

  it("gives the provider until the deadline to respond, and the challenger a whole window from then", async () => {
    const id = await world.challenge(world.alice, job, 1);
    const deadline = await deadlineOf(id);
    await respond(world, job, 1, { at: deadline });
    assert.deepEqual([await turnOf(id), await deadlineOf(id)], [TURN.challenger, deadline + MOVE_WINDOW]);
    await world.refuses(world.stranger, "claimDefault", [id], "WrongTurn", { at: deadline + 1 });
  });

  it("lets a provider that never responds lose", async () =>
    losesBySilence(await world.challenge(world.alice, job, 1)));

  it("lets a late response save later challenges of the item only", async () => {
    const early = await world.challenge(world.alice, job, 1);
    const deadline = await deadlineOf(early);
    const late = await world.challenge(world.bob, job, 1, { at: deadline });
    await respond(world, job, 1, { at: deadline + 1 });
    assert.equal(await turnOf(late), TURN.challenger);
    assert.equal(await turnOf(early), TURN.provider);
    await world.act(world.stranger, "claimDefault", [early]);
    assert.equal(await turnOf(early), TURN.won);
  });

  it("gives a challenge of an item that was responded to a whole window", async () => {
    const first = await begun(1);
    const deadline = await deadlineOf(first.id);
    const second = await world.challenge(world.bob, job, 1, { at: deadline });
    assert.deepEqual([await turnOf(second), await deadlineOf(second)], [TURN.challenger, deadline + MOVE_WINDOW]);
  });

  const questions = [
    { name: "show", item: 2, answers: "show", maxBytes: undefined, delivered: false },
    { name: "postSums", item: 2, answers: "postSums", maxBytes: 1, delivered: true },
  ] as const;
  for (const { name, item, answers, maxBytes, delivered } of questions) {
    it(`gives the provider until the deadline to ${name}`, async () => {
      const game = await begun(item, maxBytes === undefined ? {} : { maxBytes }, delivered);
      const asked = await ask(world, game);
      const deadline = await deadlineOf(game.id);
      assert.equal(deadline, asked.time + MOVE_WINDOW);
      const [call, args] = answerTo(game, asked);
      assert.equal(call, answers);
      await world.refuses(world.operator, call, args, "MovePassed", { at: deadline + 1 });
      await answer(world, game, asked, { at: deadline });
      assert.deepEqual([await turnOf(game.id), await deadlineOf(game.id)], [TURN.challenger, deadline + MOVE_WINDOW]);
    });

    it(`lets a provider that does not ${name} lose`, async () => {
      const game = await begun(item, maxBytes === undefined ? {} : { maxBytes }, delivered);
      await ask(world, game);
      await losesBySilence(game.id);
    });
  }

  it("lets a provider lose that cannot say where a maximum stands", async () => {
    const game = await begun(1, { maxBytes: 1 });
    const asked = await ask(world, game);
    assert.equal(asked.events[0]?.name, "MaxDemanded");
    assert.throws(() => answerTo(game, asked), { code: "DISPUTE_NO_ANSWER" });
    await losesBySilence(game.id);
  });

  it("takes a proof up to the challenger's deadline, and lets anyone dismiss after it", async () => {
    const game = await begun(1);
    const deadline = await deadlineOf(game.id);
    const [call, args] = callOf(game);
    await world.refuses(world.stranger, "dismiss", [game.id, job.job], "MoveNotPassed", { at: deadline });
    await world.refuses(world.alice, call, args, "MovePassed", { at: deadline + 1 });
    await world.act(world.alice, call, args, { at: deadline });
    assert.equal(await turnOf(game.id), TURN.won);
  });

  it("takes a question up to the challenger's deadline", async () => {
    const game = await begun(2, {}, false);
    const deadline = await deadlineOf(game.id);
    const [call, args] = callOf(game);
    assert.equal(call, "demand");
    await world.refuses(world.alice, call, args, "MovePassed", { at: deadline + 1 });
    await ask(world, game, { at: deadline });
    assert.equal(await turnOf(game.id), TURN.provider);
  });

  it("dismisses a challenger who is silent from the second after its deadline on: the bond is the provider's", async () => {
    const { id } = await begun(1);
    const deadline = await deadlineOf(id);
    await world.act(world.stranger, "dismiss", [id, job.job], { at: deadline + 1 });
    assert.equal(await turnOf(id), TURN.lost);
    assert.equal(await world.owed(world.provider), world.bond());
    await world.assertCoin();
  });

  it("lets the challenger give up at its own turn, and nobody at the provider's", async () => {
    const id = await world.challenge(world.alice, job, 1);
    await world.refuses(world.alice, "dismiss", [id, job.job], "WrongTurn");
    await respond(world, job, 1);
    await world.refuses(world.provider, "dismiss", [id, job.job], "MoveNotPassed");
    await world.act(world.alice, "dismiss", [id, job.job]);
    assert.equal(await turnOf(id), TURN.lost);
  });

  it("keeps the job from being settled while a challenge is open, and lets it be afterwards", async () => {
    const market = { to: world.contracts.market, abi: jobMarketAbi as Abi, args: [job.id, job.job] };
    const { id } = await begun(1);
    const after = job.deadline + 1;
    await world.chain.refuses({ ...market, from: world.stranger, name: "settle", at: after }, "ChallengesOpen");
    await world.chain.refuses({ ...market, from: world.buyer, name: "accept" }, "ChallengesOpen");
    await world.act(world.stranger, "dismiss", [id, job.job], { at: after });
    assert.deepEqual(await world.statusOf(job), [JobStatus.Revealed, 0]);
    await world.chain.send({ ...market, from: world.stranger, name: "settle" });
    assert.deepEqual(await world.statusOf(job), [JobStatus.Settled, 0]);
  });

  it("takes the job down at once, and releases its other challenges at once", async () => {
    const other = await world.challenge(world.bob, job, 0);
    const game = await begun(1);
    await world.refuses(world.stranger, "refute", [job.id, job.job], "NoVerdict");
    await ask(world, game);
    await world.refuses(world.stranger, "release", [other], "JobNotClosed");
    await world.act(world.stranger, "refute", [job.id, job.job]);
    assert.equal((await world.statusOf(job))[0], JobStatus.Refuted);
    await world.refuses(world.stranger, "refute", [job.id, job.job], "WrongStatus");
    await world.act(world.stranger, "release", [other]);
    await world.act(world.stranger, "release", [game.id]);
    assert.deepEqual([await turnOf(other), await turnOf(game.id)], [TURN.released, TURN.won]);
    for (const id of [other, game.id]) await world.refuses(world.stranger, "release", [id], "WrongTurn");
    assert.deepEqual([await world.owed(world.bob), await world.owed(world.alice)], [world.bond(), world.bond()]);
    await world.assertCoin();
  });

  for (const late of [false, true]) {
    it(`gives the verdict to an earlier challenge that wins ${late ? "in the second after" : "up to"} the tie window${late ? " no more" : ""}`, async () => {
      const early = await begun(1);
      const copier = await world.challenge(world.bob, job, 1);
      const copied = { ...early, id: copier, challenger: world.bob };
      await ask(world, copied);
      await world.act(world.bob, "refute", [job.id, job.job]);
      const { tieDeadline, challenge } = await world.verdictOf(job);
      assert.equal(challenge, copier);
      // Another question gives alice the time; it is the provider's turn until the tie window is nearly over.
      const hidden = gameOf({ id: early.id, challenger: world.alice, job, item: 1 }, { delivered: false });
      const asked = await ask(world, hidden);
      await world.refuses(world.bob, "release", [early.id], "TieOpen", { at: tieDeadline });
      await answer(world, hidden, asked, { at: tieDeadline - 1 });
      await ask(world, early, { at: late ? tieDeadline + 1 : tieDeadline });
      assert.equal((await world.verdictOf(job)).challenge, late ? copier : early.id);
    });
  }

  it("lets anyone release an earlier challenge of the item once the tie window is over, and its challenger before", async () => {
    const first = await world.challenge(world.alice, job, 1);
    const second = await world.challenge(world.stranger, job, 1);
    const { id } = await begun(1);
    await ask(world, gameOf({ id, challenger: world.alice, job, item: 1 }, { delivered: true }));
    await world.act(world.bob, "refute", [job.id, job.job]);
    const { tieDeadline } = await world.verdictOf(job);
    await world.refuses(world.bob, "release", [first], "TieOpen", { at: tieDeadline });
    await world.act(world.stranger, "release", [second], { at: tieDeadline });
    await world.act(world.bob, "release", [first], { at: tieDeadline + 1 });
    await world.assertCoin(world.bond());
  });
});
