/** Liars, friends, copiers and strangers: what each can and cannot do, and what it costs. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Abi, Hex } from "viem";
import { assuranceAbi, gliaTokenAbi, jobMarketAbi, vaultAbi } from "@glia/contracts";
import { JobStatus, unpackMoney } from "@glia/sdk";
import { askMax, locateTensor, locateTrace, proveElement } from "../../../sdk/src/exact/dispute/index.ts";
import type { Claim } from "../../../sdk/src/exact/dispute/index.ts";
import { eachInWorld } from "./each-in-world.ts";
import { answer, answerTo, ask, callOf, gameOf, play, respond, traceAt } from "./game.ts";
import type { Game } from "./game.ts";
import { pictureModel, sceneOf } from "./scene.ts";
import { NO_ITEM, PRICE, TURN } from "./world.ts";
import type { Revealed, World } from "./world.ts";

describe("Disputes: parties", () => {
  let world: World;
  let honest: Revealed;
  let lie: Revealed;
  /** Lies as `lie` does, in another job. */
  let twin: Revealed;

  eachInWorld(async (started) => {
    world = started;
    const model = pictureModel();
    const scene = await sceneOf(model, 3, [
      { item: 1, node: 0, element: 700, by: 1 },
      { item: 2, node: 2, element: 9, by: 250 },
    ]);
    honest = await world.reveal(await sceneOf(model, 3));
    lie = await world.reveal(scene);
    twin = await world.reveal(scene);
  });

  const turnOf = async (id: bigint): Promise<number> => (await world.challengeOf(id)).turn;
  const gliaOf = async (address: Hex): Promise<bigint> =>
    world.chain.view(world.contracts.glia, gliaTokenAbi, "balanceOf", [address]);
  const dollarsOf = async (address: Hex): Promise<bigint> =>
    world.chain.view(world.contracts.vault, vaultAbi, "balanceOf", [address, world.token]);
  /** All GLIA of an account: its wallet and its stake at the market. */
  const worthOf = async (account: { readonly address: Hex }): Promise<bigint> => {
    const [free, locked] = await world.stakeOf(account);
    return free + locked + (await gliaOf(account.address));
  };

  async function begun(challenger: World["alice"], job: Revealed, item: number, delivered = true): Promise<Game> {
    const id = await world.challenge(challenger, job, item);
    const { nodes } = await world.chain.view<Claim>(world.contracts.disputes, world.abi, "claimOf", [job.id, item]);
    if (nodes === 0) await respond(world, job, item);
    return gameOf({ id, challenger, job, item }, { delivered });
  }

  it("a lying challenger proves nothing and loses its bond to the provider, who is paid", async () => {
    const { id, own } = await begun(world.alice, honest, 1);
    for (const node of [0, 1, 2]) {
      const proof = proveElement(own, node, 17);
      await world.refuses(world.alice, "prove", [id, proof], "NotRefuted");
    }
    await world.act(world.alice, "dismiss", [id, honest.job]);
    assert.equal(await world.owed(world.provider), world.bond());
    const settle = {
      to: world.contracts.market,
      abi: jobMarketAbi as Abi,
      name: "settle",
      args: [honest.id, honest.job],
    };
    await world.chain.send({ ...settle, from: world.stranger, at: honest.deadline + 1 });
    assert.equal(await dollarsOf(world.provider.address), PRICE - PRICE / 100n);
    await world.assertCoin();
  });

  it("an honest provider answers whatever a lying challenger asks", async () => {
    const { id, own } = await begun(world.alice, honest, 1);
    const game = gameOf({ id, challenger: world.alice, job: honest, item: 1 }, { delivered: true });
    const questions: (readonly [string, Hex])[] = [
      ["demand", locateTrace(own, { height: 2, index: 0 }).proof],
      ["demand", locateTensor(own, 0, { height: 5, index: 0 }).proof],
      ["demand", locateTensor(own, 0, { height: 0, index: 3 }).proof],
      ["demandMax", askMax(own, 2, 9)],
    ];
    for (const [name, proof] of questions) {
      const asked = await world.act(world.alice, name, [id, proof]);
      await answer(world, game, asked);
    }
    assert.deepEqual([await turnOf(id), (await world.challengeOf(id)).rounds], [TURN.challenger, 5]);
  });

  it("a friend of the cheat who loses on purpose keeps nobody from winning", async () => {
    const friend = await begun(world.bob, lie, 1);
    await world.act(world.bob, "dismiss", [friend.id, lie.job]);
    const game = await begun(world.alice, lie, 1, false);
    const idle = await world.challenge(world.bob, lie, 1);
    await play(world, game);
    assert.deepEqual(
      [await turnOf(friend.id), await turnOf(idle), await turnOf(game.id)],
      [TURN.lost, TURN.challenger, TURN.won],
    );
    await world.act(world.stranger, "dismiss", [idle, lie.job], { at: (await world.challengeOf(idle)).deadline + 1 });
    await world.act(world.stranger, "refute", [lie.id, lie.job]);
    assert.equal((await world.statusOf(lie))[0], JobStatus.Refuted);
    assert.equal((await world.verdictOf(lie)).challenge, game.id);
  });

  it("a crowd of challenges cannot fill the market's count and keep others out", async () => {
    for (let i = 0; i < 8; i++) await world.challenge(world.bob, lie, i % 3);
    assert.deepEqual(await world.statusOf(lie), [JobStatus.Revealed, 1]);
    for (let id = 1n; id <= 7n; id++) {
      await world.act(world.stranger, "claimDefault", [id], { at: (await world.challengeOf(id)).deadline + 1 });
    }
    assert.deepEqual(await world.statusOf(lie), [JobStatus.Revealed, 1]);
  });

  it("a provider that challenges itself ends with less than it had, and the buyer with its money", async () => {
    const before = (await worthOf(world.provider)) + (await worthOf(world.bob));
    const money = await dollarsOf(world.buyer.address);
    await play(world, await begun(world.bob, lie, 1));
    await world.act(world.bob, "refute", [lie.id, lie.job]);
    const { tieDeadline } = await world.verdictOf(lie);
    const claim = { to: world.contracts.assurance, abi: assuranceAbi as Abi, name: "claimReward", args: [lie.id] };
    await world.chain.refuses({ ...claim, from: world.bob, at: tieDeadline }, "ClaimsOpen");
    await world.chain.send({ ...claim, from: world.bob, at: tieDeadline + 1 });
    const { collateral } = unpackMoney(lie.job.money);
    assert.equal(await gliaOf(world.bob.address), collateral / 2n);
    assert.equal((await worthOf(world.provider)) + (await worthOf(world.bob)), before - collateral + collateral / 2n);
    assert.equal(await dollarsOf(world.buyer.address), money + PRICE);
  });

  it("whoever copies a proof out of the mempool gets no reward", async () => {
    const game = await begun(world.alice, lie, 1);
    const copy = await world.challenge(world.bob, lie, 1);
    const [name, [, ...args]] = callOf(game);
    assert.equal(name, "prove");
    // The copy is mined first, and the copier does all it can in the same breath.
    await world.act(world.bob, name, [copy, ...args]);
    await world.act(world.bob, "refute", [lie.id, lie.job]);
    await world.refuses(world.bob, "release", [game.id], "TieOpen");
    await world.refuses(world.bob, "dismiss", [game.id, lie.job], "MoveNotPassed");
    await world.act(world.alice, name, [game.id, ...args]);
    const { challenge, tieDeadline } = await world.verdictOf(lie);
    assert.equal(challenge, game.id);
    const claim = { to: world.contracts.assurance, abi: assuranceAbi as Abi, name: "claimReward", args: [lie.id] };
    await world.chain.send({ ...claim, from: world.stranger, at: tieDeadline + 1 });
    assert.equal(await gliaOf(world.alice.address), unpackMoney(lie.job.money).collateral / 2n);
    assert.equal(await gliaOf(world.bob.address), 0n);
  });

  it("whoever proves another's challenge, and refutes for it, works for its challenger", async () => {
    const game = await begun(world.alice, lie, 1);
    const [name, args] = callOf(game);
    assert.equal(name, "prove");
    // Both of alice's transactions are copied and mined before hers, which then fail: nothing of hers is lost.
    await world.act(world.bob, name, args);
    await world.refuses(world.alice, name, args, "WrongTurn");
    await world.act(world.bob, "refute", [lie.id, lie.job]);
    const { tieDeadline } = await world.verdictOf(lie);
    const claim = { to: world.contracts.assurance, abi: assuranceAbi as Abi, name: "claimReward", args: [lie.id] };
    await world.chain.send({ ...claim, from: world.bob, at: tieDeadline + 1 });
    await world.act(world.bob, "release", [game.id]);
    assert.equal(await gliaOf(world.alice.address), unpackMoney(lie.job.money).collateral / 2n);
    assert.equal(await world.owed(world.alice), world.bond());
    assert.deepEqual([await gliaOf(world.bob.address), await world.owed(world.bob)], [0n, 0n]);
  });

  it("a later challenge, or one of another item, does not take the place of the verdict", async () => {
    const other = await begun(world.bob, lie, 2);
    const game = await begun(world.alice, lie, 1);
    const later = await world.challenge(world.stranger, lie, 1);
    const [name, [, ...args]] = callOf(game);
    await play(world, game);
    await play(world, other);
    await world.act(world.stranger, name, [later, ...args]);
    const { challenge, item } = await world.verdictOf(lie);
    assert.deepEqual([challenge, item], [game.id, 1]);
    assert.deepEqual([await turnOf(other.id), await turnOf(later)], [TURN.won, TURN.won]);
  });

  it("a proof on the item after a silent win makes the verdict a proven one, within the tie window", async () => {
    const silent = await world.challenge(world.alice, lie, 1);
    const { deadline } = await world.challengeOf(silent);
    const second = await world.challenge(world.bob, lie, 1, { at: deadline });
    await respond(world, lie, 1, { at: deadline + 1 });
    await world.act(world.stranger, "claimDefault", [silent]);
    assert.equal((await world.verdictOf(lie)).proven, false);
    await play(world, gameOf({ id: second, challenger: world.bob, job: lie, item: 1 }, { delivered: true }));
    const { proven, challenge } = await world.verdictOf(lie);
    assert.deepEqual([proven, challenge], [true, silent]);
  });

  it("a claim is good for its own job and item only", async () => {
    const game = await begun(world.alice, lie, 1);
    const [, args] = callOf(game);
    const proof = args[1];
    for (const [job, item] of [
      [lie, 2],
      [honest, 1],
    ] as const) {
      const other = await begun(world.alice, job, item);
      await world.refuses(world.alice, "prove", [other.id, proof], "WrongRoot");
    }
    // Another job in which the same is claimed of the same item falls by the same proof.
    const same = await begun(world.alice, twin, 1);
    await world.act(world.alice, "prove", [same.id, proof]);
  });

  it("a proof counts only where the item was responded to", async () => {
    const game = await begun(world.alice, lie, 1);
    const waiting = await world.challenge(world.alice, twin, 1);
    const [name, [, ...args]] = callOf(game);
    await world.refuses(world.alice, name, [waiting, ...args], "WrongTurn");
    const without = await world.challenge(world.alice, lie, NO_ITEM);
    await world.refuses(world.alice, name, [without, ...args], "NotResponded");
  });

  it("anyone may prove and answer for a party, and nobody ask or respond", async () => {
    const game = await begun(world.alice, lie, 1, false);
    const [name, args] = callOf(game);
    await world.refuses(world.bob, name, args, "NotChallenger");
    const asked = await ask(world, game);
    const [show, shown] = answerTo(game, asked);
    await world.refuses(
      world.stranger,
      "show",
      [...shown.slice(0, 3), [...(shown[3] as Hex[])].reverse()],
      "WrongAnswer",
    );
    await world.act(world.stranger, show, shown);
    await world.refuses(world.operator, show, shown, "WrongTurn");
    const whole = gameOf({ ...game }, { delivered: true });
    const [prove, proof] = callOf(whole);
    await world.act(world.stranger, prove, proof);
    assert.equal((await world.challengeOf(game.id)).challenger, world.alice.address);
    assert.equal(await turnOf(game.id), TURN.won);
  });

  it("an answer answers what was asked in that challenge, once", async () => {
    const game = await begun(world.alice, lie, 1, false);
    const rival = await world.challenge(world.bob, lie, 1);
    const asked = await ask(world, game);
    const [, [, hash, levels, children]] = answerTo(game, asked);
    await world.refuses(world.stranger, "show", [rival, hash, levels, children], "WrongTurn");
    await world.refuses(world.stranger, "show", [game.id, hash, 4, (children as Hex[]).slice(0, 16)], "WrongQuestion");
    await world.refuses(world.stranger, "show", [game.id, (children as Hex[])[0], levels, children], "WrongQuestion");
    const [waiting] = [await world.challenge(world.bob, lie, 0)];
    await world.refuses(world.stranger, "show", [waiting, hash, levels, children], "WrongQuestion");
    await answer(world, game, asked);
    await world.refuses(world.operator, "show", [game.id, hash, levels, children], "WrongTurn");
  });

  it("a delegate answers for the provider until it is named no more", async () => {
    await world.challenge(world.alice, lie, 1);
    await world.challenge(world.alice, lie, 2);
    const call = (item: number) => [lie.spec, lie.job, lie.scene.response(item)];
    await world.refuses(world.bob, "respond", call(1), "NotAnswerer");
    await world.act(world.operator, "setDelegate", [world.bob.address, true]);
    await world.refuses(world.bob, "respond", call(1), "NotAnswerer");
    await world.act(world.provider, "setDelegate", [world.bob.address, true]);
    await world.act(world.bob, "respond", call(1));
    await world.act(world.provider, "setDelegate", [world.bob.address, false]);
    await world.refuses(world.bob, "respond", call(2), "NotAnswerer");
    await world.act(world.provider, "respond", call(2));
  });

  it("posted sums are the provider's own, and bind: a wrong step is proven", async () => {
    const id = await world.challenge(world.alice, lie, 1);
    await respond(world, lie, 1);
    const game = gameOf({ id, challenger: world.alice, job: lie, item: 1, maxBytes: 1 }, { delivered: true });
    const asked = await ask(world, game);
    const [post, sums] = answerTo(game, asked);
    assert.equal(post, "postSums");
    await world.refuses(world.stranger, post, sums, "NotAnswerer");
    await world.refuses(world.operator, post, [...sums.slice(0, 3), `${String(sums[3]).slice(0, -2)}77`], "WrongSums");
    await answer(world, game, asked);
    const [step, args] = callOf(game);
    assert.equal(step, "proveStep");
    await world.refuses(world.alice, step, [...args.slice(0, 2), lie.id, args[3]], "WrongQuestion");
    await world.refuses(
      world.alice,
      step,
      [args[0], { ...(args[1] as object), element: 1 }, args[2], args[3]],
      "WrongQuestion",
    );
    await world.act(world.alice, step, args);
    assert.equal(await turnOf(id), TURN.won);
  });

  it("names only those who are there: an unknown challenge is nobody's", async () => {
    const { spec, job } = lie;
    for (const [name, args] of [
      ["prove", [99n, "0x"]],
      ["claimDefault", [99n]],
      ["dismiss", [99n, job]],
      ["release", [99n]],
      ["chooseItem", [99n, spec, 1]],
      ["show", [99n, lie.id, 5, []]],
    ] as const)
      await world.refuses(world.alice, name, args, "WrongTurn");
    assert.equal(traceAt(lie.scene.claimed, 1).model.nodes.length, 3);
  });
});
