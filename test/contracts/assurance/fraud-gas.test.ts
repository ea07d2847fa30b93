/** What a proof costs as a whole transaction, and that it costs the same however much goes on around it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { commitModel, proveElement, provableModel, traceOf } from "@glia/sdk/exact";
import type { FullTrace } from "@glia/sdk/exact";
import { FraudGame } from "../../../scripts/bench/fraud-game.ts";
import { fraudModel } from "../../../scripts/bench/fraud-model.ts";
import type { FraudModel } from "../../../scripts/bench/fraud-model.ts";
import { dearestPlace } from "../../../scripts/bench/fraud-places.ts";
import { JobMaker } from "../../../scripts/bench/gas-jobs.ts";
import { createWorld } from "../../../scripts/bench/gas-world.ts";
import type { World } from "../../../scripts/bench/gas-world.ts";

const ELEMENT = 100_771;
/** Of so many places the dearest must stay below the bounds too. */
const PLACES = 300;
const MOST = { k768: 180_000, k3072: 380_000, conv3x3x64: 220_000 } as const;
/** One more level of the trees of records and of the trace: three hashes of at most 32 bytes that are not 0, and their folding. */
const LEVEL = 3 * (32 * 40 + 200);

async function traceOfModel({ model, tensors }: FraudModel): Promise<FullTrace> {
  return traceOf(await provableModel(model, await commitModel(model)), tensors);
}

describe("Gas of a proof", function () {
  this.timeout(300_000);
  let world: World;
  let maker: JobMaker;
  const fraud = fraudModel(8);
  let trace: FullTrace;
  let game: FraudGame;

  before(async () => {
    world = await createWorld();
    maker = new JobMaker(world);
    trace = await traceOfModel(fraud);
    game = new FraudGame(world, maker, trace);
  });
  after(() => world.close());

  /** Proves one element of an item in a new job, beside other challenges of that job. */
  async function prove(
    by: FraudGame,
    of: FullTrace,
    node: number,
    { items = 64, others = 0, element = ELEMENT } = {},
  ): Promise<number> {
    const job = await by.reveal(items);
    for (let item = 0; item < others; item++) await by.challenge(job, item);
    const challenge = await by.challenge(job, items - 1);
    await by.respond(job, items - 1);
    return by.prove(challenge, proveElement(of, node, element));
  }

  it("stays below its bounds on a model of 48 nodes of real sizes", async () => {
    assert.equal(fraud.model.nodes.length, 48);
    for (const name of ["k768", "k3072", "conv3x3x64"] as const) {
      const node = fraud.targets[name];
      for (const element of [ELEMENT, dearestPlace(trace, node, PLACES)]) {
        const gas = await prove(game, trace, node, { element });
        assert.ok(gas <= MOST[name], `${name}, element ${element}: ${gas} gas`);
      }
    }
  });

  it("is the same for any number of items, jobs and challenges", async () => {
    const node = fraud.targets.conv3x3x64;
    const alone = await prove(game, trace, node, { items: 1 });
    for (let job = 0; job < 10; job++) await game.reveal(64);
    assert.equal(await prove(game, trace, node, { items: 5000 }), alone);
    assert.equal(await prove(game, trace, node, { others: 20 }), alone);
  });

  it("grows with the number of nodes by the depth of two trees only", async () => {
    const costs: number[] = [];
    for (const blocks of [2, 4, 16]) {
      const other = fraudModel(blocks);
      const deep = await traceOfModel(other);
      costs.push(await prove(new FraudGame(world, maker, deep), deep, other.targets.conv3x3x64));
    }
    const [twelve = 0, twentyFour = 0, ninetySix = 0] = costs;
    // Trees of 16, 32 and 128 leaves: one level more, and two.
    assert.ok(twentyFour - twelve <= LEVEL, `${twelve} and ${twentyFour} gas`);
    assert.ok(ninetySix - twentyFour <= 2 * LEVEL, `${twentyFour} and ${ninetySix} gas`);
  });
});
