/**
 * Cells of the matrix against running nodes: a node whose engine lies commits, reveals and answers by itself, and falls; its honest twin is
 * attacked by a liar and stays whole.
 */
import assert from "node:assert/strict";
import {
  AssuranceLevel,
  challengerMove,
  createTensor,
  disputesFromEvents,
  downloadResult,
  jobFromEvents,
  JobStatus,
  openMaterial,
  sendCall,
  Turn,
  unpackMoney,
} from "@glia/sdk";
import type { ChallengerArgs, Item, JobMaterial, MarketClient } from "@glia/sdk";
import { canonicalise } from "@glia/sdk/exact";
import type { Hex } from "viem";
import { GliaError } from "../../sdk/src/errors.ts";
import { createRandom } from "../../sdk/src/exact/random.ts";
import { startHeartbeat } from "../helpers/heartbeat.ts";
import { LIES } from "../helpers/named-lies.ts";
import { KINDS, nameOf } from "../matrix/cells.ts";
import type { Cell, Kind, Route } from "../matrix/cells.ts";
import { NODE_CELLS } from "../matrix/players.ts";
import { hireOnly, startAuditWorld, WINDOW } from "./audit-world.ts";
import type { AuditWorld } from "./audit-world.ts";
import { batchOf } from "./exact-jobs.ts";
import { fileOf } from "./node-matrix-models.ts";
import { eventually } from "./node-observe.ts";
import type { TestNode } from "./node-world.ts";
import { makeBuyer } from "./sdk-buyer.ts";
import type { Buyer } from "./sdk-buyer.ts";

const ITEMS = 2;
const WRONG = 1;
const CHALLENGE_WINDOW = 10 * WINDOW;
/** Questions to which a node that lied only about a value has nothing to say. A liar who makes the sums up is the script's: the matrix plays it. */
const UNANSWERABLE = ["demandSums", "demandMax"];
/** Parties of each sort that act at the same time. */
const LANES = 3;

interface Job {
  readonly jobId: Hex;
  readonly buyer: Buyer;
  readonly challenger: MarketClient;
}

interface CellJob extends Job {
  readonly cell: Cell;
  readonly calls: string[];
  args?: ChallengerArgs;
}

describe("the matrix against a running node", function () {
  this.timeout(900_000);
  let world: AuditWorld;
  let rest: () => Promise<void>;
  let liar: TestNode;
  let honest: TestNode;
  const lanes: { readonly buyer: Buyer; readonly challenger: MarketClient }[] = [];
  const cells: CellJob[] = [];
  const twins: (Job & { readonly kind: Kind })[] = [];
  let wealth: readonly bigint[] = [];
  let stake = 0n;

  before(async () => {
    world = await startAuditWorld();
    rest = startHeartbeat(world.devnet);
    const { devnet } = world;
    // All jobs are waited for at once.
    liar = await world.addNode({ maxQueue: 100, prices: { [devnet.token]: { base: "2000", perItem: "10" } } });
    honest = await world.addNode();
    while (lanes.length < LANES)
      lanes.push({ buyer: await makeBuyer(devnet, 10_000_000n), challenger: devnet.clientOf(devnet.account()) });
    wealth = await Promise.all(lanes.map(({ buyer }) => buyer.wealth()));
    await liar.start(undefined, { GLIA_TEST_LIE: "named" });
    stake = await worthOf(liar);
    await inLanes(NODE_CELLS, async (cell, lane) => {
      const { kind, fault, route } = cell;
      const output = LIES[fault as keyof typeof LIES];
      const behind = fault === "a wrong trace with the right output";
      const file = fileOf(kind, { output, behind, long: route === "long dot product", seed: NODE_CELLS.indexOf(cell) });
      const jobId = await hire(lane.buyer, file, NODE_CELLS.indexOf(cell));
      cells.push({ ...lane, cell, jobId, calls: [] });
    });
    await revealed(cells);
  });
  after(async () => {
    await rest();
    await world.stop();
  });

  async function hire(buyer: Buyer, file: Uint8Array, seed: number): Promise<Hex> {
    const { model } = canonicalise(file);
    const random = createRandom(0x300 + seed);
    const items = Array.from({ length: ITEMS }, (): Item => {
      const entries = model.inputs.map(({ name, dims }) => {
        const size = dims.reduce((product, length) => product * length, 1);
        return [
          name,
          createTensor(
            "uint8",
            dims,
            random.bytes(size).map((byte) => byte % 201),
          ),
        ] as const;
      });
      return new Map(entries);
    });
    return hireOnly(buyer, {
      model: file,
      inputs: await batchOf(items),
      maxItemOutputBytes: 1_000,
      quoteTimeout: 60_000,
      terms: {
        token: world.devnet.token,
        maxPrice: 50_000n,
        level: AssuranceLevel.Optimistic,
        determinism: 1,
        challengeWindow: CHALLENGE_WINDOW,
      },
    });
  }

  const revealed = (jobs: readonly Job[]): Promise<void> =>
    eventually(async () => {
      const states = await Promise.all(jobs.map(({ buyer, jobId }) => buyer.client.statusOf(jobId)));
      return states.every(({ status }) => status === JobStatus.Revealed);
    });

  async function worthOf({ owner }: TestNode): Promise<bigint> {
    const { free, locked } = await world.devnet.clientOf(owner).position(owner.address);
    return free + locked;
  }

  /** Each lane takes the next when it is done with one. */
  async function inLanes<T>(all: readonly T[], act: (one: T, lane: (typeof lanes)[number]) => Promise<void>) {
    const queue = [...all];
    await Promise.all(
      lanes.map(async (lane) => {
        for (let one = queue.shift(); one !== undefined; one = queue.shift()) await act(one, lane);
      }),
    );
  }

  /** Of each lane one after another: its parties have one account each. */
  async function each<T extends Job>(jobs: readonly T[], act: (job: T) => Promise<void>): Promise<void> {
    await Promise.all(
      lanes.map(async ({ buyer }) => {
        for (const job of jobs.filter((one) => one.buyer === buyer)) await act(job);
      }),
    );
  }

  async function materialOf({ buyer, jobId, cell }: CellJob): Promise<JobMaterial> {
    const { spec, outputDigest } = await jobFromEvents(buyer.client, jobId);
    if (cell.route !== "delivered data") return openMaterial(buyer.content, spec);
    assert.ok(outputDigest !== undefined);
    await downloadResult(buyer.content, { endpoint: liar.url, spec, outputDigest }, { allowPrivate: true });
    return openMaterial(buyer.content, spec, { outputDigest });
  }

  /** Plays up to where only time helps, or the challenge is won; the node answers by itself. */
  async function play(job: CellJob, patient: boolean): Promise<void> {
    job.args ??= {
      client: job.challenger,
      jobId: job.jobId,
      account: job.challenger.requireWallet().account.address,
      material: await materialOf(job),
      item: WRONG,
    };
    for (;;) {
      const move = await challengerMove(job.args);
      if (move.do === "done") return;
      if (move.do === "wait" && (move.for !== "provider" || !patient)) return;
      if (move.do === "wait") {
        // Waits for the node, but for what no bytes answer: sums that lead to a wrong value, and the place of a maximum that is not there.
        if (job.calls.some((call) => UNANSWERABLE.includes(call))) return;
        await answered(job);
        continue;
      }
      const name = move.key.split(" ")[2] ?? "";
      if (patient && name === "refute") return;
      job.calls.push(name);
      await sendCall(job.challenger, move.call);
    }
  }

  async function answered({ buyer, jobId }: Job): Promise<void> {
    await eventually(async () => {
      const { challenges } = await disputesFromEvents(buyer.client, world.assurance, await jobFromEvents(buyer.client, jobId)); // prettier-ignore
      const last = challenges.at(-1);
      return last !== undefined && (await world.assurance.challengeOf(last.challenge)).turn !== Turn.Provider;
    });
  }

  it("plays the cells in which the node talks", async () => {
    const among = (routes: readonly Route[]) => cells.filter(({ cell }) => routes.includes(cell.route));
    await each(among(["delivered data", "hidden data"]), (job) => play(job, true));
    // What the node cannot answer it tries again and again, and others wait for it.
    await each(among(["long dot product"]), (job) => play(job, true));
    for (const { cell, calls } of cells)
      if (cell.route === "delivered data") assert.deepEqual(calls, ["challenge", "prove"], nameOf(cell));
  });

  it("plays the cells in which the node is stopped, and takes all jobs down", async () => {
    await liar.stop();
    await each(cells.filter(({ cell }) => cell.route === "silent party"), (job) => play(job, false)); // prettier-ignore
    for (let pass = 0; pass < 3; pass++) {
      await world.devnet.pass(WINDOW + 1);
      for (const job of cells) await play(job, false);
    }
  });

  for (const cell of NODE_CELLS)
    it(`${nameOf(cell)}: the job falls`, async () => {
      const job = cells.find((one) => one.cell === cell) ?? assert.fail("The cell is empty.");
      const story = job.calls.join(", ");
      const { status } = await job.buyer.client.statusOf(job.jobId);
      assert.equal(status, JobStatus.Refuted, story);
      const { proven, refuted } = await world.assurance.verdictOf(job.jobId);
      const silent = cell.route === "silent party" || job.calls.some((call) => UNANSWERABLE.includes(call));
      assert.deepEqual([refuted, proven], [true, !silent], story);
      if (cell.route === "hidden data") assert.ok(job.calls.includes("demand"), story);
      if (cell.route === "long dot product")
        assert.ok(job.calls.includes(cell.kind === "MaxPool" ? "demandMax" : "demandSums"), story);
    });

  it("slashes the node of all that it staked for them, and gives the buyers their money back", async () => {
    let collateral = 0n;
    for (const { buyer, jobId } of cells)
      collateral += unpackMoney((await jobFromEvents(buyer.client, jobId)).job.money).collateral;
    assert.ok(collateral > 0n);
    assert.equal(await worthOf(liar), stake - collateral);
    assert.deepEqual(await Promise.all(lanes.map(({ buyer }) => buyer.wealth())), wealth);
  });

  describe("and its honest twin", () => {
    let before = 0n;

    it("answers a lying challenger for each kind of node; the chain refuses the lie", async () => {
      await honest.start();
      before = await worthOf(honest);
      await inLanes(KINDS, async (kind, lane) => {
        const file = fileOf(kind, { output: "y", behind: false, long: false, seed: 900 + KINDS.indexOf(kind) });
        twins.push({ ...lane, kind, jobId: await hire(lane.buyer, file, 900 + KINDS.indexOf(kind)) });
      });
      await revealed(twins);
      await each(twins, async (twin) => {
        assert.equal(await slander(twin), "NOT_REFUTED", twin.kind);
      });
    });

    it("keeps its stake, and gets the bonds of the liars", async () => {
      await world.devnet.pass(WINDOW + 1);
      let bonds = 0n;
      for (const { buyer, jobId, kind } of twins) {
        const view = await jobFromEvents(buyer.client, jobId);
        const [challenge] = (await disputesFromEvents(buyer.client, world.assurance, view)).challenges;
        assert.ok(challenge !== undefined, kind);
        await eventually(async () => (await world.assurance.challengeOf(challenge.challenge)).turn === Turn.Lost);
        bonds += challenge.bond;
      }
      assert.equal(await world.assurance.owed(honest.owner.address), bonds);
      assert.equal(await worthOf(honest), before);
    });

    /** A liar convinced of another byte of node 0; gives the code with which its last call is refused. */
    async function slander({ buyer, challenger, jobId }: Job): Promise<string> {
      const { spec } = await jobFromEvents(buyer.client, jobId);
      const truth = await openMaterial(buyer.content, spec);
      const number = truth.model.inputs.length;
      const lower = (byte: number): number => (byte === 0 ? 1 : byte - 1);
      const trace = async (item: number): Promise<readonly Uint8Array[]> =>
        (await truth.trace(item)).map((bytes, tensor) =>
          tensor === number ? bytes.with(0, lower(bytes[0] ?? 0)) : bytes,
        );
      const account = challenger.requireWallet().account.address;
      const material = { ...truth, trace };
      for (;;) {
        const move = await challengerMove({ client: challenger, jobId, account, material, item: WRONG });
        if (move.do === "done") return move.outcome;
        if (move.do === "wait") {
          await answered({ buyer, challenger, jobId });
          continue;
        }
        try {
          await sendCall(challenger, move.call);
        } catch (error) {
          if (!(error instanceof GliaError)) throw error;
          return error.code;
        }
      }
    }
  });
});
