/** Who knows only that a result's root is wrong looks through the result's tree, names an item, and goes on as everybody. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { concat, encodeAbiParameters, keccak256, stringToBytes } from "viem";
import type { Hex } from "viem";
import { Preimages, childrenIn, nextResultMove, resultTree } from "../../../sdk/src/exact/dispute/index.ts";
import type { ResultMove } from "../../../sdk/src/exact/dispute/index.ts";
import type { Receipt } from "./chain.ts";
import { eachInWorld } from "./each-in-world.ts";
import { demanded, gameOf, play, respond } from "./game.ts";
import { deepModel, pictureModel, sceneOf } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { MOVE_WINDOW, NO_ITEM, TURN, eventOf } from "./world.ts";
import type { Revealed, World } from "./world.ts";

const JUNK = keccak256("0x6a756e6b");
const EMPTY = keccak256(stringToBytes("glia.empty.v1"));
/** A tree of six levels, so of two rounds, with filler behind the last item. */
const ITEMS = 37;

const pair = (left: Hex, right: Hex): Hex => keccak256(concat(["0x01", left, right]));
const leaf = (index: number, root: Hex): Hex =>
  keccak256(encodeAbiParameters([{ type: "uint256" }, { type: "bytes32" }], [BigInt(index), root]));

describe("Disputes: results of which only the root is known", () => {
  let world: World;
  let scene: Scene;
  let job: Revealed;
  let id: bigint;

  eachInWorld(async (started) => {
    world = started;
    scene = await sceneOf(deepModel(3), ITEMS, [{ item: 33, node: 1, element: 4, by: 77 }]);
    job = await world.reveal(scene);
    id = await world.challenge(world.alice, job, NO_ITEM);
  });

  const turnOf = async (): Promise<number> => (await world.challengeOf(id)).turn;
  type Demand = Pick<ResultMove & { kind: "demandResult" }, "height" | "index" | "hash" | "siblings">;
  const argsOf = ({ height, index, hash, siblings }: Demand, of: Revealed = job, challenge = id) =>
    [challenge, of.spec, of.job, height, index, hash, siblings] as const;
  const tree = () => resultTree(scene.provable.keccak, scene.outputRoots);

  async function demand(move: ResultMove): Promise<Receipt> {
    assert.ok(move.kind === "demandResult");
    return world.act(world.alice, "demandResult", argsOf(move));
  }

  it("finds the item in as many rounds as the tree is deep, and wins with it", async () => {
    const shown = new Preimages(scene.provable.keccak);
    const next = () => nextResultMove(scene.provable.keccak, scene.rightRoots, scene.resultRoot, shown);
    const levels: number[] = [];
    while (next().kind === "demandResult") {
      const { hash, levels: below } = demanded(await demand(next()));
      levels.push(below);
      const children = childrenIn(tree(), hash, below) ?? assert.fail("a hash of the tree");
      await world.act(world.stranger, "show", [id, hash, below, children]);
      shown.learn(hash, children);
    }
    assert.deepEqual(levels, [5, 1]);
    const chosen = next();
    assert.ok(chosen.kind === "chooseItem");
    assert.equal(chosen.item, 33);
    const { turn, deadline } = eventOf(await world.act(world.alice, "chooseItem", [id, job.spec, 33]), "ItemChosen");
    assert.deepEqual([turn, deadline], [TURN.provider, (await world.chain.now()) + MOVE_WINDOW]);
    await respond(world, job, 33);
    await play(world, gameOf({ id, challenger: world.alice, job, item: 33 }, { delivered: false }));
    assert.equal((await world.verdictOf(job)).item, 33);
  });

  it("begins at the challenger's turn, who cannot be made to answer for an item that it did not name", async () => {
    assert.equal(await turnOf(), TURN.challenger);
    await world.refuses(world.stranger, "claimDefault", [id], "WrongTurn");
    await world.refuses(world.operator, "respond", [job.spec, job.job, scene.response(33)], "NotChallenged");
  });

  it("names an item once, of this job, among those that there are", async () => {
    const other = await world.reveal(scene);
    await world.refuses(world.alice, "chooseItem", [id, other.spec, 33], "WrongJobSpec");
    for (const item of [ITEMS, NO_ITEM])
      await world.refuses(world.alice, "chooseItem", [id, job.spec, item], "NoSuchItem");
    await world.refuses(world.bob, "chooseItem", [id, job.spec, 33], "NotChallenger");
    await world.act(world.alice, "chooseItem", [id, job.spec, 33]);
    await world.refuses(world.alice, "chooseItem", [id, job.spec, 33], "WrongTurn");
    await respond(world, job, 33);
    await world.refuses(world.alice, "chooseItem", [id, job.spec, 32], "ItemChosenAlready");
    const root = { height: 6, index: 0, hash: scene.resultRoot, siblings: [] };
    await world.refuses(world.alice, "demandResult", argsOf(root), "ItemChosenAlready");
    assert.equal(await turnOf(), TURN.challenger);
  });

  it("goes on at once with an item that was responded to", async () => {
    await world.challenge(world.bob, job, 33);
    await respond(world, job, 33);
    const { turn } = eventOf(await world.act(world.alice, "chooseItem", [id, job.spec, 33]), "ItemChosen");
    assert.equal(turn, TURN.challenger);
  });

  it("asks only for what stands in the result's tree, above its leaves", async () => {
    const whole = tree();
    const at = (height: number, index: number): Demand => {
      const siblings: Hex[] = [];
      for (let level = height, place = index; level < 6; level++, place >>= 1)
        siblings.push(whole.hash(level, place ^ 1) ?? JUNK);
      return { height, index, hash: whole.hash(height, index) ?? JUNK, siblings };
    };
    const good = at(3, 4);
    const bad: Demand[] = [
      at(0, 33), // a leaf: what is below it is the item's
      { ...good, hash: JUNK },
      { ...good, index: 5 },
      { ...good, index: 4 + 8 },
      { ...good, height: 2 },
      { ...good, siblings: good.siblings.slice(1) },
      { ...good, siblings: [...good.siblings, JUNK] },
      at(0, 60), // filler as it must be
      at(1, 19),
      at(3, 7),
    ];
    for (const move of bad) await world.refuses(world.alice, "demandResult", argsOf(move), "WrongQuestion");
    await world.refuses(world.bob, "demandResult", argsOf(good), "NotChallenger");
    const other = await world.reveal(scene);
    await world.refuses(world.alice, "demandResult", argsOf(good, other), "WrongJobSpec");
    const mixed = [id, job.spec, other.job, good.height, good.index, good.hash, good.siblings];
    await world.refuses(world.alice, "demandResult", mixed, "WrongJob");
    assert.equal(demanded(await world.act(world.alice, "demandResult", argsOf(good))).levels, 3);
  });

  it("wins by default if nobody can show what is below a hash: the result's root has no preimage", async () => {
    const hollow = await world.reveal({ ...scene, resultRoot: JUNK });
    const challenge = await world.challenge(world.alice, hollow, NO_ITEM);
    const root = { height: 6, index: 0, hash: JUNK, siblings: [] };
    await world.act(world.alice, "demandResult", argsOf(root, hollow, challenge));
    const { deadline } = await world.challengeOf(challenge);
    await world.act(world.stranger, "claimDefault", [challenge], { at: deadline + 1 });
    const { item, proven } = await world.verdictOf(hollow);
    assert.deepEqual([item, proven], [NO_ITEM, false]);
    await world.act(world.stranger, "refute", [hollow.id, hollow.job]);
    await world.act(world.stranger, "release", [challenge]);
    assert.equal(await world.owed(world.alice), world.bond());
  });

  it("wins at once with junk behind the last item, at any height", async () => {
    const three = await sceneOf(pictureModel(), 3);
    const [a, b, c] = three.outputRoots.map((root, i) => leaf(i, root)) as [Hex, Hex, Hex];
    assert.equal(pair(pair(a, b), pair(c, EMPTY)), three.resultRoot);
    const wrong = await world.reveal({ ...three, resultRoot: pair(pair(a, b), pair(c, JUNK)) });
    const challenge = await world.challenge(world.alice, wrong, NO_ITEM);
    const filler = { height: 0, index: 3, hash: JUNK, siblings: [c, pair(a, b)] };
    await world.refuses(
      world.alice,
      "demandResult",
      argsOf({ ...filler, hash: EMPTY }, wrong, challenge),
      "WrongQuestion",
    );
    await world.act(world.alice, "demandResult", argsOf(filler, wrong, challenge));
    assert.deepEqual(
      [(await world.verdictOf(wrong)).proven, (await world.challengeOf(challenge)).turn],
      [true, TURN.won],
    );

    const five = await sceneOf(pictureModel(), 5);
    const leaves = five.outputRoots.map((root, i) => leaf(i, root));
    const [l0 = JUNK, l1 = JUNK, l2 = JUNK, l3 = JUNK, l4 = JUNK] = leaves;
    const left = pair(pair(l0, l1), pair(l2, l3));
    const near = pair(l4, EMPTY);
    const high = await world.reveal({ ...five, resultRoot: pair(left, pair(near, JUNK)) });
    const other = await world.challenge(world.alice, high, NO_ITEM);
    await world.act(
      world.alice,
      "demandResult",
      argsOf({ height: 1, index: 3, hash: JUNK, siblings: [near, left] }, high, other),
    );
    assert.equal((await world.challengeOf(other)).turn, TURN.won);
  });

  it("stops asking when the bond has paid for all it can", async () => {
    const whole = tree();
    const root = { height: 6, index: 0, hash: scene.resultRoot, siblings: [] };
    const max: number = await world.chain.view(world.contracts.disputes, world.abi, "MAX_ROUNDS");
    const children = childrenIn(whole, scene.resultRoot, 5) ?? assert.fail("the root");
    for (let round = 0; round < max; round++) {
      await world.act(world.alice, "demandResult", argsOf(root));
      await world.act(world.operator, "show", [id, scene.resultRoot, 5, children]);
    }
    assert.deepEqual(await world.refuses(world.alice, "demandResult", argsOf(root), "TooManyRounds"), [max]);
    await world.act(world.alice, "chooseItem", [id, job.spec, 33]);
  });
});
