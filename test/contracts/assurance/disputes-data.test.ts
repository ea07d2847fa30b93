/** Outputs that were not delivered: asked for as calldata, posted, withheld. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesToHex, concat, keccak256, parseEther, size } from "viem";
import type { Hex } from "viem";
import { JobStatus } from "@glia/sdk";
import { batchTree } from "../../../sdk/src/commitments/index.ts";
import { eachInWorld } from "./each-in-world.ts";
import { gameOf, play, respond, traceAt } from "./game.ts";
import { layoutOf, pictureModel, sceneOf } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { FEE_FLOOR, MOVE_WINDOW, NO_ITEM, eventOf } from "./world.ts";
import type { Revealed, World } from "./world.ts";

interface ItemData {
  readonly item: number;
  readonly lengths: readonly number[];
  readonly data: Hex;
  readonly resultProof: readonly Hex[];
}

describe("Disputes: data requests", () => {
  let world: World;
  let job: Revealed;

  const restore = eachInWorld(async (started) => {
    world = started;
    job = await world.reveal(await sceneOf(pictureModel(), 3, [{ item: 1, node: 2, element: 7, by: 1 }]));
  });

  /** At the floor: for each item its transaction, and twice the spec's bytes at 40 gas. */
  const price = (items: number): bigint => 2n * FEE_FLOOR * BigInt(items) * (150_000n + 2n * 40n * 1_024n);
  const request = async (items: readonly number[], at?: number) =>
    world.act(world.buyer, "requestData", [job.spec, job.job, items], {
      value: price(items.length),
      ...(at === undefined ? {} : { at }),
    });

  /** What the provider posts for an item. */
  function dataOf(scene: Scene, item: number): ItemData {
    const trace = traceAt(scene.claimed, item);
    const layouts = scene.model.outputs.map(({ tensor }) => bytesToHex(layoutOf(trace, tensor)));
    const resultProof = batchTree(scene.outputRoots).proveItem(item);
    return { item, lengths: layouts.map((layout) => size(layout)), data: concat(layouts), resultProof };
  }
  const post = (item: ItemData, of: Revealed = job) => [of.spec, of.job, item] as const;

  it("holds the job until all items are posted; the last one earns the provider the prepayment", async () => {
    const receipt = await request([2, 0]);
    const { items, prepaid, deadline } = eventOf(receipt, "DataRequested");
    assert.deepEqual([items, prepaid, deadline], [[2, 0], price(2), receipt.time + MOVE_WINDOW]);
    assert.deepEqual(await world.statusOf(job), [JobStatus.Revealed, 1]);
    await world.assertCoin(price(2));
    const first = await world.act(world.stranger, "postData", post(dataOf(job.scene, 0)));
    const { data, lengths } = eventOf(first, "DataPosted");
    const { lengths: wanted, data: sent } = dataOf(job.scene, 0);
    assert.deepEqual([data, lengths], [sent, wanted]);
    // The padded pixels of a 3×3×40 and of a 6×6×3 tensor.
    assert.deepEqual(lengths, [3 * 3 * 64, 6 * 6 * 4]);
    assert.equal(await world.owed(world.provider), 0n);
    await world.act(world.operator, "postData", post(dataOf(job.scene, 2)));
    assert.equal(await world.owed(world.provider), price(2));
    assert.deepEqual(await world.statusOf(job), [JobStatus.Revealed, 0]);
    await world.assertCoin();
  });

  it("is the buyer's, once, within the challenge window, for items that there are, each once", async () => {
    const call = (items: readonly number[]) => [job.spec, job.job, items];
    const value = price(3);
    await world.refuses(world.alice, "requestData", call([0]), "NotBuyer", { value });
    for (const items of [[], [3], [0, NO_ITEM]])
      await world.refuses(world.buyer, "requestData", call(items), "NoSuchItem", { value });
    await world.refuses(world.buyer, "requestData", call([1, 1]), "DataRequestedAlready", { value });
    await world.refuses(world.buyer, "requestData", call([0, 1, 2]), "PrepaymentTooLow", { value: value - 1n });
    await world.refuses(world.buyer, "requestData", call([0]), "MovePassed", { value, at: job.deadline + 1 });
    await request([1], job.deadline);
  });

  it("is not opened a second time, not even when it was served", async () => {
    await request([1]);
    await world.act(world.operator, "postData", post(dataOf(job.scene, 1)));
    const again = [job.spec, job.job, [1]];
    await world.refuses(world.buyer, "requestData", again, "DataRequestedAlready", { value: price(1) });
    await world.refuses(world.operator, "postData", post(dataOf(job.scene, 1)), "NotRequested");
    await world.refuses(world.stranger, "claimDataDefault", [job.id, job.job], "NoDataRequest");
    await world.refuses(world.stranger, "releaseData", [job.id], "NoDataRequest");
  });

  it("gives what was paid too much back", async () => {
    const extra = parseEther("0.5");
    const { scene } = job;
    await world.act(world.buyer, "requestData", [job.spec, job.job, [0]], { value: price(1) + extra });
    assert.equal(await world.owed(world.buyer), extra);
    await world.act(world.operator, "postData", post(dataOf(scene, 0)));
    await world.assertCoin();
  });

  it("takes only the bytes that lead to the result", async () => {
    await request([1]);
    const right = dataOf(job.scene, 1);
    const flipped = `0x${right.data.slice(2, -2)}${right.data.endsWith("00") ? "01" : "00"}` as Hex;
    const [a = 0, b = 0] = right.lengths;
    const wrong: Partial<ItemData>[] = [
      { data: flipped },
      { data: `${right.data}00` },
      { data: right.data.slice(0, -2) as Hex },
      { lengths: [a] },
      { lengths: [a - 128, b + 128] },
      { lengths: [b, a] },
      { lengths: [a, b, 0] },
      { lengths: [2 ** 32 - 1, b] },
      { resultProof: right.resultProof.slice(1) },
      { resultProof: [...right.resultProof, keccak256("0x")] },
      dataOf(job.scene, 0),
    ];
    for (const change of wrong) {
      const args = post({ ...right, ...change, item: 1 });
      await world.refuses(world.operator, "postData", args, "WrongAnswer");
    }
    await world.refuses(world.operator, "postData", post(dataOf(job.scene, 0)), "NotRequested");
    const other = await world.reveal(job.scene);
    await world.refuses(world.operator, "postData", post(right, other), "NotRequested");
    await world.refuses(world.operator, "postData", [job.spec, other.job, right], "WrongJob");
    await world.act(world.operator, "postData", post(right));
  });

  it("takes data up to the deadline, and the job down after it: all of the collateral burned, the prepayment back", async () => {
    const [free, locked] = await world.stakeOf(world.provider);
    const { time } = await request([0, 1]);
    const deadline = time + MOVE_WINDOW;
    const claim = [job.id, job.job];
    await world.act(world.operator, "postData", post(dataOf(job.scene, 0)), { at: deadline });
    await world.refuses(world.operator, "postData", post(dataOf(job.scene, 1)), "MovePassed", { at: deadline + 1 });
    await restore();
    await request([0, 1]);
    const last = (await world.chain.now()) + MOVE_WINDOW;
    await world.refuses(world.stranger, "claimDataDefault", claim, "MoveNotPassed", { at: last });
    await world.refuses(world.stranger, "releaseData", [job.id], "JobNotClosed", { at: last });
    await world.act(world.stranger, "claimDataDefault", claim, { at: last + 1 });
    assert.equal((await world.statusOf(job))[0], JobStatus.Refuted);
    assert.equal(await world.owed(world.buyer), price(2));
    const { challenge, refuted, item } = await world.verdictOf(job);
    assert.deepEqual([challenge, refuted, item], [0n, true, NO_ITEM]);
    assert.deepEqual(await world.stakeOf(world.provider), [free, 0n]);
    assert.ok(locked > 0n);
    await world.refuses(world.stranger, "claimDataDefault", claim, "NoDataRequest");
    await world.refuses(world.stranger, "refute", claim, "NoVerdict");
    await world.assertCoin();
  });

  it("leaves a challenge that was won before its verdict", async () => {
    await request([0]);
    const id = await world.challenge(world.alice, job, 1);
    await respond(world, job, 1);
    await play(world, gameOf({ id, challenger: world.alice, job, item: 1 }, { delivered: true }));
    const at = (await world.chain.now()) + MOVE_WINDOW + 1;
    await world.act(world.provider, "claimDataDefault", [job.id, job.job], { at });
    const { challenge, refuted, item } = await world.verdictOf(job);
    assert.deepEqual([challenge, refuted, item], [id, true, 1]);
    await world.act(world.stranger, "release", [id]);
    await world.assertCoin();
  });

  it("gives a challenge that wins after a data default its bond, and no verdict", async () => {
    const { time } = await request([0]);
    const id = await world.challenge(world.alice, job, 1);
    await respond(world, job, 1);
    await world.act(world.stranger, "claimDataDefault", [job.id, job.job], { at: time + MOVE_WINDOW + 1 });
    await play(world, gameOf({ id, challenger: world.alice, job, item: 1 }, { delivered: true }));
    assert.equal((await world.verdictOf(job)).challenge, 0n);
    await world.act(world.stranger, "release", [id]);
    assert.deepEqual([await world.owed(world.alice), await world.owed(world.buyer)], [world.bond(), price(1)]);
    await world.assertCoin();
  });

  it("gives the prepayment back when the job falls through a challenge", async () => {
    await request([0]);
    const id = await world.challenge(world.alice, job, 1);
    await respond(world, job, 1);
    await play(world, gameOf({ id, challenger: world.alice, job, item: 1 }, { delivered: true }));
    await world.act(world.stranger, "refute", [job.id, job.job]);
    await world.refuses(world.operator, "postData", post(dataOf(job.scene, 0)), "NotRevealed");
    eventOf(await world.act(world.stranger, "releaseData", [job.id]), "DataReleased");
    assert.equal(await world.owed(world.buyer), price(1));
    await world.assertCoin(world.bond());
  });

  it("a challenge and a request share one hold", async () => {
    await request([0]);
    const id = await world.challenge(world.alice, job, 0);
    await respond(world, job, 0);
    await world.act(world.alice, "dismiss", [id, job.job]);
    assert.deepEqual(await world.statusOf(job), [JobStatus.Revealed, 1]);
    await world.act(world.operator, "postData", post(dataOf(job.scene, 0)));
    assert.deepEqual(await world.statusOf(job), [JobStatus.Revealed, 0]);
  });

  it("is bounded by what fits transactions: one item, the whole, and their number", async () => {
    const many = Array.from({ length: 65 }, (_, i) => i);
    const cases = [
      [{ maxItemOutputBytes: 48 * 1024 + 1 }, [0], 96n * 1024n],
      [{ maxItemOutputBytes: 2 ** 32 - 1 }, [0], 96n * 1024n],
      [{ maxItemOutputBytes: 48 * 1024 }, [0, 1, 2, 3, 4, 5], 512n * 1024n],
      [{ maxItemOutputBytes: 1 }, many, 512n * 1024n],
    ] as const;
    for (const [change, items, max] of cases) {
      const large = await world.reveal(job.scene, change);
      const args = [large.spec, large.job, items];
      const found = await world.refuses(world.buyer, "requestData", args, "TooMuchData", { value: parseEther("1") });
      assert.equal(found[1], max);
    }
  });
});
