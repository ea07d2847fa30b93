/** The lots: the contract draws as the SDK computes, as often as it should, and as cheaply however many there are. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import { isChecked, isDrawn, sampleItems } from "../../../sdk/src/index.ts";
import { AUDITING_STAKE, labelled, RIGHT, startAuditWorld } from "./audit-world.ts";
import type { AuditWorld, Hired } from "./audit-world.ts";

const SEEDS = 200;
const seeds = (count: number): Hex[] => Array.from({ length: count }, (_, i) => labelled(`seed ${i}`));

describe("Assurance: lots", () => {
  let world: AuditWorld;
  let restore: () => Promise<void>;
  let whole: HDAccount;
  let parts: readonly HDAccount[];

  before(async function () {
    this.timeout(120_000);
    world = await startAuditWorld();
    // One auditor with twice the stake of the others, and as much again split over four accounts.
    whole = world.chain.account(8);
    parts = [9, 10, 11, 12].map((index) => world.chain.account(index));
    const { assurance } = world.contracts;
    for (const [account, stake] of [
      [whole, 2n * AUDITING_STAKE] as const,
      ...parts.map((part) => [part, AUDITING_STAKE / 2n] as const),
    ]) {
      await world.register(account, account.address, assurance, stake);
      await world.act(account, "enrol", [stake]);
    }
    restore = await world.chain.checkpoint();
  });
  afterEach(() => restore());
  after(() => world.chain.close());

  const drawn = (job: Hired, auditor: HDAccount, seed: Hex) =>
    world.view<boolean>("isDrawn", [job.id, auditor.address, seed]);
  /** How many of the seeds draw each. */
  const draws = async (job: Hired, accounts: readonly HDAccount[]): Promise<number[]> => {
    const each = accounts.flatMap(({ address }) => seeds(SEEDS).map((seed) => [job.id, address, seed]));
    const found = await world.views<boolean>("isDrawn", each);
    return accounts.map((_, i) => found.slice(i * SEEDS, (i + 1) * SEEDS).filter(Boolean).length);
  };
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

  for (const [items, sampleSize, checkBps] of [
    [1, 8, 200],
    [7, 3, 1_000],
    [64, 8, 5_000],
    [64, 64, 9_999],
    [1_000, 7, 10_000],
    [2 ** 32 - 1, 64, 1_000],
  ] as const) {
    it(`are those of the SDK: ${sampleSize} of ${items} items, checked with ${checkBps / 100} %`, async () => {
      const job = await world.commit(await world.hire({ items, sampleSize, checkBps }));
      const total = 3n * AUDITING_STAKE + 4n * AUDITING_STAKE;
      const jobId = job.id;
      const all = seeds(25);
      const draw = { jobId, auditor: whole.address, stake: 2n * AUDITING_STAKE, total, expected: 3 };
      const bySeed = all.map((seed) => [jobId, seed]);
      assert.deepEqual(
        await world.views("isChecked", bySeed),
        all.map((seed) => isChecked(seed, jobId, checkBps)),
      );
      assert.deepEqual(
        await Promise.all(bySeed.map((args) => world.view("sample", args))),
        all.map((seed) => sampleItems({ seed, jobId, items, sampleSize })),
      );
      assert.deepEqual(
        await world.views(
          "isDrawn",
          all.map((seed) => [jobId, whole.address, seed]),
        ),
        all.map((seed) => isDrawn({ seed, ...draw })),
      );
    });
  }

  it("check a share of checkBps of all jobs", async () => {
    const job = await world.commit(await world.hire({ checkBps: 1_000 }));
    const found = await world.views<boolean>(
      "isChecked",
      seeds(SEEDS).map((seed) => [job.id, seed]),
    );
    const share = found.filter(Boolean).length / SEEDS;
    assert.ok(Math.abs(share - 0.1) < 0.05, `${share}`);
  });

  it("draw three auditors on average, and who splits its stake as often as who does not", async () => {
    const job = await world.commit(await world.hire());
    const counts = await draws(job, [...world.auditors, whole, ...parts]);
    assert.ok(Math.abs(sum(counts) / SEEDS - 3) < 0.25, `${sum(counts) / SEEDS} on average`);
    const [one, split] = [counts[3] ?? 0, sum(counts.slice(4))];
    assert.ok(Math.abs(one - split) / SEEDS < 0.15, `${one} as one, ${split} in parts`);
  });

  it("draw twice as many after a redraw", async () => {
    const job = await world.commit(await world.hire());
    const part = parts[0] ?? assert.fail("an auditor");
    const [before = 0] = await draws(job, [part]);
    await world.seedOf(job);
    const { auditDeadline } = await world.auditOf(job);
    await world.act(world.stranger, "redraw", [job.id, "0x"], { at: auditDeadline + 1 });
    const [after = 0] = await draws(job, [part]);
    const chance = 3 / 14;
    assert.ok(
      Math.abs(before / SEEDS - chance) < 0.1 && Math.abs(after / SEEDS - 2 * chance) < 0.12,
      `${before}, ${after}`,
    );
    const total = 7n * AUDITING_STAKE;
    for (const seed of seeds(20)) {
      const draw = { seed, jobId: job.id, auditor: part.address, stake: AUDITING_STAKE / 2n, total };
      assert.equal(await drawn(job, part, seed), isDrawn({ ...draw, expected: 3, redrawn: true }));
    }
  });

  it("draw nobody without a seed, and nobody without stake", async () => {
    const job = await world.commit(await world.hire({ checkBps: 200 }));
    const none = `0x${"00".repeat(32)}` as const;
    assert.equal(await world.view("isChecked", [job.id, none]), true);
    assert.equal(isChecked(none, job.id, 200), true);
    assert.equal(await drawn(job, whole, none), false);
    const all = { seed: none, jobId: job.id, auditor: whole.address, stake: AUDITING_STAKE, total: AUDITING_STAKE };
    assert.equal(isDrawn({ ...all, expected: 3 }), false);
    assert.deepEqual(await draws(job, [world.stranger, world.provider]), [0, 0]);
  });

  it("cost the first attestation at most 130,000 gas and the others less, however often stakes changed", async () => {
    const drawnOf = async (job: Hired) => {
      const seed = await world.seedOf(job);
      const found: HDAccount[] = [];
      for (const auditor of [...world.auditors, whole, ...parts])
        if (await drawn(job, auditor, seed)) found.push(auditor);
      return found;
    };
    const costs = async (): Promise<bigint[]> => {
      for (;;) {
        const job = await world.commit(await world.hire());
        const found = await drawnOf(job);
        if (found.length < 3) continue;
        const gas: bigint[] = [];
        for (const auditor of found.slice(0, 3)) gas.push((await world.attest(job, auditor, RIGHT)).gasUsed);
        return gas;
      }
    };
    const early = await costs();
    for (let i = 0; i < 40; i += 1) await world.act(whole, "startLeaving", [1n]);
    const late = await costs();
    assert.ok(
      early.every((gas) => gas <= 130_000n),
      early.join(),
    );
    const rise = Number(late[2] ?? 0n) / Number(early[2] ?? 1n);
    assert.ok(rise < 1.1, `${early.join()} early, ${late.join()} late`);
  });
});
