import assert from "node:assert/strict";
import { keccak256, toHex, zeroHash } from "viem";
import type { Address, Hex } from "viem";
import { isChecked, isDrawn, sampleItems, sampleParts } from "./lots.ts";

const jobId = keccak256("0x01");
const seeds = Array.from({ length: 4_000 }, (_, i) => keccak256(toHex(i)));
const auditors = Array.from({ length: 40 }, (_, i): Address => `0x${(i + 1).toString(16).padStart(40, "0")}`);

/** How far a mean of `count` draws with this chance may be off, at five standard deviations. */
const slack = (chance: number, count: number): number => 5 * Math.sqrt((chance * (1 - chance)) / count);

describe("lots", () => {
  it("checks every job at 10^4 and the stated share below", () => {
    assert.ok(seeds.every((seed) => isChecked(seed, jobId, 10_000)));
    assert.ok(isChecked(`0x${"ff".repeat(32)}`, jobId, 10_000));
    for (const checkBps of [200, 1_000, 5_000]) {
      const share = seeds.filter((seed) => isChecked(seed, jobId, checkBps)).length / seeds.length;
      assert.ok(
        Math.abs(share - checkBps / 10_000) < slack(checkBps / 10_000, seeds.length),
        `${share} of ${checkBps}`,
      );
    }
    assert.ok(!seeds.some((seed) => isChecked(seed, jobId, 0)));
  });

  it("checks every job without a seed, and draws nobody for it, whatever the hash of that would say", () => {
    const jobs = seeds.slice(0, 200);
    assert.ok(jobs.every((id) => isChecked(zeroHash, id, 0) && isChecked(zeroHash, id, 200)));
    const all = { seed: zeroHash, auditor: auditors[0] ?? "0x", stake: 1n, total: 1n, expected: 3 };
    assert.ok(!jobs.some((id) => isDrawn({ ...all, jobId: id }) || isDrawn({ ...all, jobId: id, redrawn: true })));
  });

  it("checks whoever was checked at a lower probability too", () => {
    for (const seed of seeds.slice(0, 500)) if (isChecked(seed, jobId, 700)) assert.ok(isChecked(seed, jobId, 701));
  });

  it("draws the expected number of auditors, whoever has how much of the stake", () => {
    const stakes = auditors.map((_, i) => BigInt(i % 4));
    const total = stakes.reduce((sum, stake) => sum + stake, 0n);
    const drawn = (seed: Hex, redrawn: boolean): Address[] =>
      auditors.filter((auditor, i) =>
        isDrawn({ seed, jobId, auditor, stake: stakes[i] ?? 0n, total, expected: 3, redrawn }),
      );
    const count = (redrawn: boolean): number =>
      seeds.slice(0, 500).reduce((sum, seed) => sum + drawn(seed, redrawn).length, 0) / 500;
    assert.ok(Math.abs(count(false) - 3) < 0.4);
    assert.ok(Math.abs(count(true) - 6) < 0.5);
    for (const seed of seeds.slice(0, 100)) {
      const again = drawn(seed, true);
      assert.ok(drawn(seed, false).every((auditor) => again.includes(auditor)));
      assert.ok(again.every((auditor) => stakes[auditors.indexOf(auditor)] !== 0n));
    }
  });

  it("draws an auditor that has a third of the stake always, and splitting stake gains nothing", () => {
    const whole = { jobId, total: 90n, expected: 3 };
    assert.ok(seeds.every((seed) => isDrawn({ ...whole, seed, auditor: auditors[0] ?? "0x", stake: 30n })));
    const half = (index: number): number =>
      seeds.filter((seed) => isDrawn({ ...whole, seed, auditor: auditors[index] ?? "0x", stake: 5n })).length;
    const one = seeds.filter((seed) => isDrawn({ ...whole, seed, auditor: auditors[2] ?? "0x", stake: 10n })).length;
    const gained = (half(0) + half(1) - one) / seeds.length;
    assert.ok(Math.abs(gained) < slack(1 / 3, seeds.length) + 2 * slack(1 / 6, seeds.length));
  });

  it("draws nobody without stake, nor where there is none", () => {
    const none = { seed: seeds[0] ?? "0x", jobId, auditor: auditors[0] ?? "0x", expected: 32 };
    assert.equal(isDrawn({ ...none, stake: 0n, total: 5n }), false);
    assert.equal(isDrawn({ ...none, stake: 0n, total: 0n }), false);
  });

  it("samples one item of each part, so none twice, and every item with the chance of its part", () => {
    for (const [items, sampleSize] of [
      [1, 8],
      [7, 8],
      [8, 8],
      [9, 8],
      [100, 8],
      [1_000, 64],
      [2 ** 32 - 1, 64],
    ] as const) {
      const parts = sampleParts(items, sampleSize);
      assert.equal(parts.length, Math.min(items, sampleSize));
      assert.equal(
        parts.reduce((sum, { size }) => sum + size, 0),
        items,
      );
      assert.ok(Math.max(...parts.map(({ size }) => size)) - Math.min(...parts.map(({ size }) => size)) <= 1);
      for (const seed of seeds.slice(0, 20)) {
        const sample = sampleItems({ seed, jobId, items, sampleSize });
        sample.forEach((item, j) => {
          const { first = -1, size = 0 } = parts[j] ?? {};
          assert.ok(item >= first && item < first + size);
        });
      }
    }
    const counts = new Array<number>(20).fill(0);
    for (const seed of seeds)
      for (const item of sampleItems({ seed, jobId, items: 20, sampleSize: 6 })) counts[item] = (counts[item] ?? 0) + 1;
    const sizes = sampleParts(20, 6).flatMap(({ size }) => new Array<number>(size).fill(size));
    counts.forEach((count, item) => {
      const chance = 1 / (sizes[item] ?? 1);
      assert.ok(Math.abs(count / seeds.length - chance) < slack(chance, seeds.length));
    });
  });

  it("refuses what is no batch or no sample", () => {
    for (const [items, sampleSize] of [
      [0, 8],
      [8, 0],
      [1.5, 8],
      [8, -1],
    ] as const) {
      assert.throws(() => sampleParts(items, sampleSize), { code: "SAMPLE_INVALID", kind: "input" });
    }
  });
});
