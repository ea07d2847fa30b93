/** The honest twin of every kind: whatever a lying challenger asks, it is answered; nothing is proven; the provider is paid and gets the bonds. */
import assert from "node:assert/strict";
import { jobCall, jobFromEvents, JobStatus, proofCall, responderMoves, sendCall, Turn } from "@glia/sdk";
import { proveBeaten, proveElement } from "../../sdk/src/exact/dispute/index.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { askHonest } from "../exact/honest-questions.ts";
import { KINDS } from "./cells.ts";
import type { Kind } from "./cells.ts";
import { chainJudge } from "./judge.ts";
import type { ChainJudge } from "./judge.ts";
import { rightOf } from "./lies.ts";
import { CHALLENGE_WINDOW, PRICE, startMatrixWorld, truthOf, WINDOW } from "./world.ts";
import type { Lane, MatrixWorld, Revealed } from "./world.ts";

describe("the honest twin of a", function () {
  this.timeout(300_000);
  let world: MatrixWorld;
  let lane: Lane;
  const attacked: { readonly job: Revealed; readonly judge: ChainJudge }[] = [];

  before(async () => {
    world = await startMatrixWorld();
    lane = await world.lane();
  });
  after(() => world.stop());

  async function attack(kind: Kind): Promise<{ job: Revealed; judge: ChainJudge }> {
    const job = await lane.reveal(await rightOf(kind, 1 + KINDS.indexOf(kind)));
    const judge = chainJudge(world, lane, job);
    attacked.push({ job, judge });
    return { job, judge };
  }

  for (const kind of KINDS)
    it(`${kind} answers every question, and no proof refutes it`, async () => {
      const { job, judge } = await attack(kind);
      const right = job.claimed.claimed[job.claimed.item] ?? assert.fail("an item");
      assert.ok((await askHonest(judge, right, createRandom(7))) > 10);

      // Places that are not there, in proofs that are right but for that.
      const { node } = job.claimed.subject;
      const proof =
        kind === "ArgMax" ? proveBeaten(right, { node, element: 3, position: 1 }) : proveElement(right, node, 3);
      const challenge = await judge.open();
      const at = (byte: number, value: number) =>
        `0x${proof.slice(2, 2 + 2 * byte)}${value.toString(16).padStart(8, "0")}${proof.slice(2 + 2 * byte + 8)}` as const;
      for (const forged of [
        at(1, 3),
        at(1, 2 ** 32 - 1),
        at(5, 360),
        at(5, 2 ** 32 - 1),
        at(13, 0),
        at(13, 2 ** 32 - 1),
      ])
        for (const name of ["prove", "demand", "demandSums", "demandMax"] as const) {
          const code = await judge.refusal(proofCall(world.assurance.disputes, name, { challenge, proof: forged }));
          assert.notEqual(code, undefined, `${name} of ${forged.slice(0, 66)}`);
        }
    });

  it("kind is paid and whole in the end, and has the bonds of who attacked it", async () => {
    const { assurance, devnet } = world;
    const { operator, provider, challenger } = lane;
    const stake = await operator.position(provider.address);
    await devnet.pass(WINDOW + 1);
    let bonds = 0n;
    for (const { job, judge } of attacked) {
      const material = truthOf(job.claimed, false);
      for (const challenge of judge.challenges) bonds += (await assurance.challengeOf(challenge)).bond;
      for (const move of await responderMoves({ client: operator, jobId: job.jobId, material }))
        if (move.do === "send") await sendCall(operator, move.call);
      for (const challenge of judge.challenges) assert.equal((await assurance.challengeOf(challenge)).turn, Turn.Lost);
      const { status, openChallenges } = await jobFromEvents(operator, job.jobId);
      assert.deepEqual([status, openChallenges], [JobStatus.Revealed, 0]);
    }
    assert.ok(bonds > 0n);
    assert.equal(await assurance.owed(provider.address), bonds);
    await devnet.pass(CHALLENGE_WINDOW);
    for (const { job } of attacked)
      await sendCall(challenger, jobCall(devnet.file.market, "settle", { id: job.jobId, job: job.view.job }));
    const after = await operator.position(provider.address);
    assert.equal(after.free, stake.free + stake.locked);
    assert.equal(after.locked, 0n);
    const paid = await operator.vaultBalance(provider.address, devnet.token);
    assert.equal(paid, (BigInt(KINDS.length) * PRICE * 99n) / 100n);
  });
});
