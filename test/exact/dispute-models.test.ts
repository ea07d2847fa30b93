import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { playDispute } from "./dispute-game.ts";
import type { Judge, Outcome } from "./dispute-game.ts";
import { NAIVE_JUDGE } from "./dispute-judge.ts";
import { FAULTS, faultyRun } from "./faulty-models.ts";
import type { Fault } from "./faulty-models.ts";
import { askHonest } from "./honest-questions.ts";
import { deployReferee } from "./referee-judge.ts";
import type { RefereeJudge } from "./referee-judge.ts";

/** Now and then all that can be asked for is asked for, as if no proof fitted into a transaction. */
const LIMITS = [undefined, undefined, 0];
/** Faults that nobody can hide: what is claimed are tensors, of which the provider shows everything. */
const SHOWN: readonly Fault[] = FAULTS.filter((fault) => !fault.startsWith("a random"));

/** @param models for each fault */
function disputes(name: string, models: number, judge: () => Judge): void {
  describe(`disputes of random models, one fault each, before ${name}`, () => {
    const outcomes: Outcome[] = [];
    for (const [number, fault] of FAULTS.entries())
      it(`${fault}: the challenger wins, the honest never lose`, async () => {
        const random = createRandom(0xd15 + 100 * models + number);
        for (let i = 0; i < models; i++) {
          const { right, claimed } = await faultyRun(random, fault);
          const maxBytes = random.pick(LIMITS);
          const outcome = await playDispute(judge(), right, claimed, maxBytes);
          outcomes.push(outcome);
          assert.notEqual(outcome.result, "conceded", `after ${outcome.moves.join(", ")}`);
          if (SHOWN.includes(fault) && maxBytes === undefined) assert.equal(outcome.result, "proven");
          const honest = await playDispute(judge(), right, right);
          assert.deepEqual([honest.result, honest.moves], ["conceded", ["concede"]]);
          assert.ok((await askHonest(judge(), right, random)) > 0);
        }
      });
    it("has seen every kind of move", () => {
      assert.equal(outcomes.length, FAULTS.length * models);
      const moves = new Set(outcomes.flatMap((outcome) => outcome.moves));
      assert.deepEqual([...moves].sort(), ["demand", "demandMax", "demandSums", "prove", "proveStep"]);
      assert.ok(outcomes.some(({ moves: asked }) => asked.filter((move) => move === "demand").length >= 2));
    });
  });
}

disputes("the naive reader", 8, () => NAIVE_JUDGE);

describe("with the contract", () => {
  let referee: RefereeJudge;
  before(async () => {
    referee = await deployReferee();
  });
  after(() => referee.close());
  // 209 of them.
  disputes("the Referee", 19, () => referee);
});
