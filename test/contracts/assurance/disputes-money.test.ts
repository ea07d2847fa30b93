/** Bonds: what they cost, what they pay for, and that all coin that comes in can go out, once. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseEther } from "viem";
import type { Hex } from "viem";
import { askMax } from "../../../sdk/src/exact/dispute/index.ts";
import { eachInWorld } from "./each-in-world.ts";
import { answer, ask, callOf, gameOf, play, respond } from "./game.ts";
import { manyPorts, pictureModel, sceneOf, wideModel } from "./scene.ts";
import { FEE_FLOOR, NO_ITEM, eventOf } from "./world.ts";
import type { Revealed, World } from "./world.ts";

describe("Disputes: money", () => {
  let world: World;
  let job: Revealed;

  eachInWorld(async (started) => {
    world = started;
    job = await world.reveal(await sceneOf(pictureModel(), 3, [{ item: 1, node: 0, element: 700, by: 1 }]));
  });

  const coinOf = async (address: Hex): Promise<bigint> => world.chain.publicClient.getBalance({ address });
  const constant = async (name: string): Promise<bigint> =>
    BigInt(await world.chain.view<bigint | number>(world.contracts.disputes, world.abi, name));

  it("takes the bond at the base fee of the block, and owes the rest to the sender", async () => {
    const fee = 7n * FEE_FLOOR;
    const bond = 7n * world.bond();
    const args = [job.spec, job.job, 1];
    await world.refuses(world.alice, "challenge", args, "BondTooLow", { value: world.bond() - 1n });
    await world.chain.setBaseFee(fee);
    const receipt = await world.act(world.alice, "challenge", args, { value: 2n * bond });
    assert.equal(receipt.baseFee, fee);
    assert.equal(eventOf(receipt, "ChallengeOpened")["bond"], bond);
    assert.equal(await world.owed(world.alice), bond);
    await world.assertCoin(bond);
  });

  it("asks for no less than at the floor", async () => {
    await world.chain.setBaseFee(FEE_FLOOR / 2n);
    const receipt = await world.act(world.alice, "challenge", [job.spec, job.job, 1], { value: 2n * world.bond() });
    assert.equal(eventOf(receipt, "ChallengeOpened")["bond"], world.bond());
  });

  it("pays out what is owed, once, to whom the account says, and to nobody else", async () => {
    await world.act(world.alice, "challenge", [job.spec, job.job, 1], { value: world.bond() + parseEther("1") });
    await world.refuses(world.bob, "withdraw", [world.bob.address], "NothingOwed");
    const before = await coinOf(world.stranger.address);
    const { amount } = eventOf(await world.act(world.alice, "withdraw", [world.stranger.address]), "Withdrawn");
    assert.equal(amount, parseEther("1"));
    assert.equal(await coinOf(world.stranger.address), before + parseEther("1"));
    await world.refuses(world.alice, "withdraw", [world.alice.address], "NothingOwed");
    await world.assertCoin(world.bond());
  });

  it("keeps what a receiver refuses", async () => {
    await world.act(world.alice, "challenge", [job.spec, job.job, 1], { value: 2n * world.bond() });
    await world.refuses(world.alice, "withdraw", [world.contracts.market], "TransferFailed");
    assert.equal(await world.owed(world.alice), world.bond());
  });

  it("takes no coin that nobody could take out again", async () => {
    const call = { to: world.contracts.disputes, account: world.alice, value: 1n };
    await assert.rejects(world.chain.publicClient.estimateGas(call));
    const [name, args] = ["claimDefault", [1n]];
    await assert.rejects(world.act(world.alice, name, args, { value: 1n }));
  });

  it("has an empty till when all bonds are at rest", async () => {
    const lost = await world.challenge(world.bob, job, 0);
    const idle = await world.challenge(world.stranger, job, NO_ITEM);
    const won = await world.challenge(world.alice, job, 1);
    await world.assertCoin(3n * world.bond());
    await respond(world, job, 0);
    await world.act(world.bob, "dismiss", [lost, job.job]);
    await respond(world, job, 1);
    await play(world, gameOf({ id: won, challenger: world.alice, job, item: 1 }, { delivered: true }));
    await world.act(world.stranger, "refute", [job.id, job.job]);
    for (const id of [idle, won]) await world.act(world.bob, "release", [id]);
    for (const who of [world.alice, world.stranger, world.provider])
      assert.equal(eventOf(await world.act(who, "withdraw", [who.address]), "Withdrawn")["amount"], world.bond());
    assert.equal(await coinOf(world.contracts.disputes), 0n);
  });

  it("bonds pay twice for the dearest response: 16 inputs and outputs, a trace of 2^14 nodes", async function () {
    this.timeout(60_000);
    const wide = await world.reveal(await sceneOf(manyPorts(), 2));
    await world.challenge(world.alice, wide, 1);
    const response = wide.scene.response(1);
    const { gasUsed } = await world.act(world.operator, "respond", [wide.spec, wide.job, response]);
    // What the measured response is short of the dearest: siblings in trees of 2^14 nodes and 2^32 items, at the floor's price.
    const short = 16 * (8 - (response.ties[0]?.length ?? 0)) + 2 * 32 - 2 + (64 - response.traceTop.length);
    const dearest = gasUsed + BigInt(short * 32 * 40 + 16 * 8 * 400);
    const paid = (await constant("ANSWER_GAS")) - 100_000n * (await constant("MAX_ROUNDS"));
    assert.ok(dearest <= paid, `${dearest} gas, and the bond is for ${paid}`);
  });

  it("bonds pay twice for every round: shown hashes, a leaf, sums, a maximum", async function () {
    this.timeout(60_000);
    const most = 100_000n;
    const wide = await world.reveal(await sceneOf(wideModel(512), 1, [{ item: 0, node: 0, element: 1, by: 1 }]));
    const id = await world.challenge(world.alice, wide, 0);
    await respond(world, wide, 0);
    const hidden = await play(world, gameOf({ id, challenger: world.alice, job: wide, item: 0 }, { delivered: false }));
    for (const { name, gas } of hidden) if (name === "show") assert.ok(gas <= most, `show: ${gas} gas`);

    const other = await world.challenge(world.alice, wide, 0);
    const game = gameOf({ id: other, challenger: world.alice, job: wide, item: 0, maxBytes: 1 }, { delivered: true });
    assert.equal(callOf(game)[0], "demandSums");
    const answered = await answer(world, game, await ask(world, game));
    const rounds = (await world.challengeOf(other)).rounds;
    assert.ok(answered.gasUsed <= most * BigInt(rounds), `${answered.gasUsed} gas in ${rounds} rounds`);

    const third = await world.challenge(world.alice, job, 1);
    await respond(world, job, 1);
    const pool = gameOf({ id: third, challenger: world.alice, job, item: 1 }, { delivered: true });
    const asked = await world.act(world.alice, "demandMax", [third, askMax(pool.claimed, 2, 9)]);
    const { gasUsed } = await answer(world, pool, asked);
    assert.equal((await world.challengeOf(third)).rounds, 2);
    assert.ok(gasUsed <= 2n * most, `answerMax: ${gasUsed} gas`);
  });
});
