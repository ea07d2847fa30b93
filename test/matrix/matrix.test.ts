/**
 * Every kind of node, wrong in every way, found out by every route, on a real chain: each time the job falls, the payer has its money back,
 * the provider loses its collateral, and the challenger has its bond and its reward.
 */
import assert from "node:assert/strict";
import { JobStatus, Turn } from "@glia/sdk";
import { CELLS, EMPTY, emptyBecause, FAULTS, KINDS, nameOf, ROUTES, WITHOUT_PREIMAGE } from "./cells.ts";
import type { Cell } from "./cells.ts";
import { claimedIn } from "./lies.ts";
import { begin, endingOf, goOn, rulesOf } from "./play.ts";
import type { Ending, Play } from "./play.ts";
import { PRICE, startMatrixWorld, WINDOW } from "./world.ts";
import type { Lane, MatrixWorld } from "./world.ts";

/** Jobs that are played at the same time. */
const LANES = 4;

type CellPlay = readonly [Cell, Play];

describe("the matrix of wrong results", function () {
  this.timeout(600_000);
  let world: MatrixWorld;
  const endings = new Map<Cell, Ending>();
  const failures = new Map<Cell, Error>();
  const wanted = CELLS.filter((cell) => emptyBecause(cell) === undefined);

  before(async () => {
    world = await startMatrixWorld();
    const queue = [...wanted];
    const lanes: Lane[] = [];
    while (lanes.length < LANES) lanes.push(await world.lane());
    const plays = await Promise.all(lanes.map((lane) => playAll(lane, queue)));
    // From here on one after another: all jobs that fall burn of one supply, and a block's state must not run ahead of its time in a read.
    for (let pass = 0; pass < 4; pass++) {
      await eachOf(plays.flat(), (play) => goOn(world, play));
      // Silence lasts as long as a move may take, and the reward waits for earlier challengers.
      await world.devnet.pass(WINDOW + 1);
    }
    await eachOf(plays.flat(), async (play, cell) => {
      endings.set(cell, await endingOf(world, play));
    });
  });
  after(() => world.stop());

  it("has no empty cell without a reason, and no reason that says nothing", () => {
    for (const rule of EMPTY) {
      assert.ok(rule.because.length > 20);
      assert.ok(
        CELLS.some((cell) => emptyBecause(cell) === rule.because),
        rule.because,
      );
    }
    for (const [all, key] of [
      [KINDS, "kind"],
      [FAULTS, "fault"],
      [ROUTES, "route"],
    ] as const)
      // prettier-ignore
      for (const one of all) assert.ok(wanted.some((cell) => cell[key] === one), one);
    const missing = wanted.filter((cell) => !endings.has(cell) && !failures.has(cell));
    assert.deepEqual(missing.map(nameOf), []);
    assert.ok(wanted.length > 200, `${wanted.length} cells`);
  });

  for (const cell of wanted)
    it(nameOf(cell), () => {
      const failure = failures.get(cell);
      if (failure !== undefined) throw failure;
      const ending = endings.get(cell) ?? assert.fail("The cell is empty.");
      assertFallen(ending);
      assertRoute(cell, ending);
    });

  async function playAll(lane: Lane, queue: Cell[]): Promise<CellPlay[]> {
    const plays: CellPlay[] = [];
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      try {
        const job = await lane.reveal(await claimedIn(cell));
        plays.push([cell, await begin(world, lane, job, rulesOf(cell))]);
      } catch (error) {
        failures.set(cell, asError(error));
      }
    }
    return plays;
  }

  async function eachOf(plays: readonly CellPlay[], act: (play: Play, cell: Cell) => Promise<void>): Promise<void> {
    for (const [cell, play] of plays) {
      if (failures.has(cell)) continue;
      await act(play, cell).catch((error: unknown) => failures.set(cell, asError(error)));
    }
  }
});

/** The job fell, and everybody has what is theirs. */
function assertFallen(ending: Ending): void {
  const { outcome, status, turn, bondLeft, refund, collateral, lost, burned, reward } = ending;
  assert.deepEqual([outcome, status, turn], ["won", JobStatus.Refuted, Turn.Won]);
  assert.equal(refund, PRICE);
  assert.equal(lost, collateral);
  assert.ok(2n * burned >= collateral && burned < collateral);
  assert.equal(reward, collateral - burned);
  assert.equal(bondLeft, 0n, "the bond came back");
}

/** The chain found out by the route that the cell names. */
function assertRoute({ kind, fault, route }: Cell, { calls, answered, proven }: Ending): void {
  const asked = calls.filter((name) => name.startsWith("demand"));
  const won = calls.find((name) => ["prove", "proveStep", "claimDefault"].includes(name));
  const story = `${calls.join(", ")}; ${answered.taken.join(", ")}`;
  assert.equal(calls[0], "challenge");
  assert.equal(proven, won !== "claimDefault", story);
  switch (route) {
    case "delivered data":
      assert.deepEqual([asked, won], [[], "prove"], story);
      break;
    case "hidden data":
      assert.equal(won, WITHOUT_PREIMAGE.includes(fault) ? "claimDefault" : "prove", story);
      // That an item's root is no tree's shows in the claim itself, which the chain does not take.
      if (fault === "a random item root") assert.deepEqual([...new Set(answered.refused)], ["WRONG_ANSWER"]);
      else assert.ok(asked.length > 0, story);
      break;
    case "silent party":
      assert.equal(won, "claimDefault", story);
      break;
    case "long dot product":
      assert.deepEqual(
        [asked.at(-1), won],
        kind === "MaxPool" ? ["demandMax", "claimDefault"] : ["demandSums", "proveStep"],
        story,
      );
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
