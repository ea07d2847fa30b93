/** The menu against the contracts' rules, written down here once more from contracts/libraries/Lots.sol and contracts/assurance/Audits.sol. */
import assert from "node:assert/strict";
import { concatHex, keccak256, numberToHex } from "viem";
import type { Hex } from "viem";
import { createRandom } from "../exact/random.ts";
import { assuranceMenu } from "./menu.ts";
import type { MenuFacts } from "./menu.ts";

interface Auditor {
  readonly address: Hex;
  readonly stake: bigint;
  /** The job's provider, under its own account. */
  readonly own?: boolean;
}

interface World {
  readonly items: number;
  readonly sampleSize: number;
  readonly checkBps: number;
  readonly expected: number;
  /** Of auditors, whose number is what governance estimates: each works with this chance, by itself. */
  readonly honestShareBps: number;
  readonly auditors: readonly Auditor[];
}

const BOND = 100n;
const SEEDS = 800;
const word = (value: bigint | number): Hex => numberToHex(value, { size: 32 });
const hash = (...words: readonly Hex[]): bigint => BigInt(keccak256(concatHex(words)));

/** Which items honest auditors run again, under one seed; none where the job is not checked or nobody honest attests. */
function looked(world: World, seed: Hex, job: Hex, works: (auditor: Auditor) => boolean): ReadonlySet<number> {
  const { checkBps, auditors, items, sampleSize, expected } = world;
  const step = (2n ** 256n - 1n) / 10_000n;
  if (checkBps < 10_000 && hash(seed, job) / step >= BigInt(checkBps)) return new Set();
  const total = auditors.reduce((sum, { stake }) => sum + stake, 0n);
  const attesting = (times: bigint): Auditor[] =>
    auditors.filter(({ address, stake, own = false }) => {
      const lot = hash(seed, job, word(BigInt(address))) >> 128n;
      return !own && stake >= BOND && lot * total < (times * BigInt(expected) * stake) << 128n;
    });
  // Who does not work does the worst that it can: it attests what the cheat tells it, so that there is no second draw.
  const first = attesting(1n);
  const drawn = first.length > 0 ? first : attesting(2n);
  if (!drawn.some(works)) return new Set();
  const parts = Math.min(sampleSize, items);
  return new Set(
    Array.from({ length: parts }, (_, part) => {
      const start = Math.floor((part * items) / parts);
      const size = Math.floor(((part + 1) * items) / parts) - start;
      return start + Number(hash(seed, job, word(part)) % BigInt(size));
    }),
  );
}

function menuOf({ items, sampleSize, checkBps, expected, honestShareBps, auditors }: World) {
  const sum = (of: readonly Auditor[]): bigint => of.reduce((total, { stake }) => total + stake, 0n);
  const windows = { seedWait: 1, auditWindow: 1, revealWindow: 1 };
  const facts: MenuFacts = {
    spec: { items, sampleSize, checkBps, auditPot: 10n, challengeWindow: 1 },
    exact: true,
    collateral: 10n,
    rules: { missSlashBps: 1_000, honestShareBps },
    audits: {
      parameters: { ...windows, expectedAuditors: expected, auditBond: BOND },
      stake: sum(auditors),
      ownStake: sum(auditors.filter(({ own }) => own === true)),
    },
  };
  return assuranceMenu(facts)[1];
}

const auditor = (index: number, stake: bigint, own = false): Auditor => ({
  address: numberToHex(index + 1, { size: 20 }),
  stake,
  own,
});
const many = (count: number, stake: bigint): Auditor[] => Array.from({ length: count }, (_, i) => auditor(i, stake));
const usual = { items: 20, sampleSize: 6, checkBps: 10_000, expected: 3, honestShareBps: 5_000 };

const WORLDS: Readonly<Record<string, World>> = {
  "many auditors": { ...usual, auditors: many(12, 500n) },
  "a share of the jobs": { ...usual, checkBps: 4_000, auditors: many(12, 500n) },
  "one auditor with all the stake": { ...usual, auditors: many(1, 500n) },
  "one auditor with nearly all the stake": { ...usual, auditors: [...many(6, 100n), auditor(9, 20_000n)] },
  "one item": { ...usual, items: 1, auditors: many(4, 500n) },
  "a sample of everything": { ...usual, items: 6, sampleSize: 64, auditors: many(4, 500n) },
  "one auditor expected": { ...usual, expected: 1, auditors: many(12, 500n) },
  "most stake the provider's own": { ...usual, auditors: [...many(4, 250n), auditor(9, 9_000n, true)] },
  "all auditors honest": { ...usual, honestShareBps: 9_000, auditors: many(12, 500n) },
};

describe("what the assurance menu promises", () => {
  for (const [name, world] of Object.entries(WORLDS)) {
    it(`is no more than the contracts give: ${name}`, () => {
      const random = createRandom(name.length);
      const job = keccak256("0x07");
      const row = menuOf(world);
      const items = new Array<number>(world.items).fill(0);
      let batch = 0;
      for (let i = 0; i < SEEDS; i++) {
        const honest = new Set(world.auditors.filter(() => random.below(10_000) < world.honestShareBps));
        const seen = looked(world, keccak256(word(i)), job, (one) => honest.has(one));
        if (seen.size > 0) batch += 1;
        for (const item of seen) items[item] = (items[item] ?? 0) + 1;
      }
      const slack = (chance: number): number => 4 * Math.sqrt((chance * (1 - chance)) / SEEDS);
      const { chanceBatchCaught: all, chanceItemCaught: one } = row;
      assert.ok(all > 0 && one > 0);
      assert.ok(batch / SEEDS >= all - slack(all), `${batch / SEEDS} of batches, promised ${all}`);
      for (const count of items)
        assert.ok(count / SEEDS >= one - slack(one), `${count / SEEDS} of items, promised ${one}`);
    });
  }

  it("is exact where one auditor has all the stake, and for the item that is sampled least often", () => {
    const { chanceBatchCaught, chanceItemCaught } = menuOf({ ...usual, auditors: many(1, 500n) });
    assert.equal(chanceBatchCaught, 0.5);
    // 20 items in 6 parts: four at most in one.
    assert.ok(Math.abs(chanceItemCaught - 0.5 / 4) < 1e-12);
  });

  it("is nothing where nobody can attest: none enrolled, none but the provider, none with a bond's worth", () => {
    for (const auditors of [[], [auditor(1, 9_000n, true)], [auditor(1, BOND - 1n)]]) {
      const { chanceBatchCaught, chanceItemCaught, limits } = menuOf({ ...usual, auditors });
      assert.deepEqual([chanceBatchCaught, chanceItemCaught], [0, 0]);
      assert.match(limits, /Nobody but perhaps the provider/);
      const everything = Array.from({ length: 200 }, (_, i) => looked({ ...usual, auditors }, keccak256(word(i)), keccak256("0x07"), () => true)); // prettier-ignore
      assert.ok(everything.every((seen) => seen.size === 0));
    }
  });
});
