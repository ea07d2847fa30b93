/** A lie that the chain itself recomputes: an exact model, one wrong element, and auditors on both sides. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { claimedItem, nextMove } from "../../../sdk/src/exact/dispute/index.ts";
import { AUDITING_STAKE, COLLATERAL, labelled, POT, startAuditWorld } from "./audit-world.ts";
import type { AuditWorld } from "./audit-world.ts";
import { deepModel, sceneOf } from "./scene.ts";

describe("Assurance: a lie that is proven", () => {
  let world: AuditWorld;

  before(async function () {
    this.timeout(120_000);
    world = await startAuditWorld();
  });
  after(() => world.chain.close());

  it("costs the provider all, pays the auditor who told the truth, and only does not pay the one who repeated it", async () => {
    const scene = await sceneOf(deepModel(4), 2, [{ item: 1, node: 2, element: 3, by: 1 }]);
    const lie = { roots: scene.outputRoots, salt: labelled("cheat") };
    const truth = { roots: scene.rightRoots, salt: labelled("honest") };
    const [honest, friend] = world.auditors;
    const { modelId } = scene.provable.commitment;
    const hired = await world.hire({ modelId, batchRoot: scene.batchRoot, items: 2 });
    const supply = await world.supply();
    const job = await world.commit(hired, lie);
    await world.attest(job, honest, truth);
    await world.attest(job, friend, lie);
    const next = await world.reveal(job, lie);
    await world.claim(next, honest, truth, lie);
    await world.claim(next, friend, lie, lie);

    const opened = await world.dispute(honest, "challenge", [next.spec, next.job, 1], { value: 10n ** 18n });
    const challenge = opened.events.find(({ name }) => name === "ChallengeOpened")?.args["challenge"];
    const answered = await world.dispute(world.operator, "respond", [next.spec, next.job, scene.response(1)]);
    const told = answered.events.find(({ name }) => name === "ItemResponded")?.args ?? assert.fail("a response");
    const own = scene.honest[1] ?? assert.fail("a trace");
    const claimed = claimedItem(own, told as unknown as Parameters<typeof claimedItem>[1]);
    // The provider serves its trace.
    scene.tensors[1]?.forEach((bytes, tensor) => tensor === 0 || assert.ok(claimed.learnTensor(tensor, bytes)));
    const move = nextMove(own, claimed);
    assert.ok(move.kind === "prove", move.kind);
    await world.dispute(honest, "prove", [challenge, move.proof]);
    await world.dispute(world.stranger, "refute", [next.id, next.job]);

    const { claimDeadline } = await world.auditOf(next);
    await world.close(next, honest, { at: Math.max(claimDeadline, await world.chain.now()) + 1 });
    const [before, paid] = [await world.balanceOf(world.buyer.address), await world.supply()];
    await world.close(next, friend);
    assert.equal(await world.gliaOf(honest.address), COLLATERAL / 2n);
    assert.equal(await world.balanceOf(honest.address), POT / 2n);
    assert.equal((await world.balanceOf(world.buyer.address)) - before, POT - POT / 2n, "a lie is not paid");
    assert.equal(paid, await world.supply(), "whoever agreed may have been right about the root: its bond stays");
    assert.equal(supply - (await world.supply()), COLLATERAL - COLLATERAL / 2n);
    const [enrolled] = await world.view<readonly bigint[]>("auditorOf", [friend.address]);
    assert.equal(enrolled, AUDITING_STAKE);
    await world.assertEmpty();
  });
});
