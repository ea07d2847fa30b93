/**
 * Gas of a dispute on a model as deep and wide as people run: whole transactions, calldata floor (EIP-7623) and all.
 *
 *   npm run bench -- fraud [--json]
 *
 * `prove` recomputes one element: matrix products of 768 and 3,072 channels, a 3×3 convolution of 64 channels. A round is `demand` and `show` of
 * 32 hashes of a tensor. At the end `prove` once more at the dearest of many places, drawn at random from one seed, with a hundred times the items, many jobs and challenges, and on models of other depths.
 */
import { parseArgs } from "node:util";
import { childrenOf, commitModel, locateTensor, proveElement, provableModel, traceOf } from "@glia/sdk/exact";
import type { FullTrace } from "@glia/sdk/exact";

import { FraudGame } from "./fraud-game.ts";
import { fraudModel } from "./fraud-model.ts";
import type { FraudModel } from "./fraud-model.ts";
import { dearestPlace } from "./fraud-places.ts";
import { JobMaker } from "./gas-jobs.ts";
import { createWorld } from "./gas-world.ts";

const { values: flags } = parseArgs({ options: { json: { type: "boolean", default: false } } });
/** Of 6 nodes each: 48 nodes, so trees of 64 leaves. */
const BLOCKS = 8;
const ITEMS = 64;
/** Far from the borders of every tensor. */
const ELEMENT = 100_771;
const CROWD = 100;
const PLACES = 1000;

const traceOfModel = async ({ model, tensors }: FraudModel): Promise<FullTrace> =>
  traceOf(await provableModel(model, await commitModel(model)), tensors);

const fraud = fraudModel(BLOCKS);
const { targets } = fraud;
const trace = await traceOfModel(fraud);
const out = flags.json ? process.stderr : process.stdout;
const row = (name: string, gas: number) => out.write(`${name.padEnd(64)}${String(gas).padStart(10)}\n`);

/** A new job, challenge and response, and the proof. */
async function proveIn(
  game: FraudGame,
  of: FullTrace,
  node: number,
  items: number,
  element = ELEMENT,
): Promise<number> {
  const job = await game.reveal(items);
  const challenge = await game.challenge(job, 0);
  await game.respond(job, 0);
  return game.prove(challenge, proveElement(of, node, element));
}

/** The same where as many other jobs are open, and as many challenges of this one. */
async function proveAmong(game: FraudGame, items: number, crowd: number): Promise<number> {
  for (let i = 0; i < crowd; i++) await game.reveal(items);
  const job = await game.reveal(items);
  for (let i = 0; i < crowd; i++) await game.challenge(job, i % items);
  const item = items - 1;
  const challenge = await game.challenge(job, item);
  await game.respond(job, item);
  return game.prove(challenge, proveElement(trace, targets.k768, ELEMENT));
}

const world = await createWorld();
const maker = new JobMaker(world);
try {
  const game = new FraudGame(world, maker, trace);
  const summary: Record<string, number> = {};
  const note = (name: string, gas: number) => {
    summary[name] = gas;
    row(name, gas);
  };

  for (const [name, node] of Object.entries(targets)) note(name, await proveIn(game, trace, node, ITEMS));

  const job = await game.reveal(ITEMS);
  const challenge = await game.challenge(job, 5);
  note("respond", await game.respond(job, 5));
  const height = trace.tensor(fraud.model.inputs.length + targets.k768).depth - 5;
  const demand = locateTensor(trace, targets.k768, { height, index: 3 });
  note("demandRound", await game.round(challenge, demand, childrenOf(trace, demand.hash, demand.levels)));

  await game.enrol();
  note("attest", await game.attest(ITEMS));

  for (const [name, node] of Object.entries(targets)) {
    const gas = await proveIn(game, trace, node, ITEMS, dearestPlace(trace, node, PLACES));
    row(`${name}, dearest of ${PLACES} places`, gas);
    summary[`${name}Dearest`] = gas;
  }
  for (const items of [1, 100 * ITEMS]) row(`k768, ${items} items`, await proveAmong(game, items, 0));
  row(`k768, ${CROWD} other jobs, ${CROWD} other challenges of this one`, await proveAmong(game, ITEMS, CROWD));
  for (const blocks of [2, 32]) {
    const other = fraudModel(blocks);
    const deep = await traceOfModel(other);
    const gas = await proveIn(new FraudGame(world, maker, deep), deep, other.targets.conv3x3x64, ITEMS);
    row(`conv3x3x64, ${other.model.nodes.length} nodes`, gas);
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`);
} finally {
  await world.close();
}
