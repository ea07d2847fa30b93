import assert from "node:assert/strict";
import { keccak256, toHex } from "viem";
import { requiredCollateral } from "../market/deterrence.ts";
import { createRandom } from "../exact/random.ts";
import { chanceItemSampled, chanceSampled } from "./chances.ts";
import { defaultAuditPot } from "./default-pot.ts";
import { isChecked, sampleItems } from "./lots.ts";
import { assuranceMenu } from "./menu.ts";
import type { MenuFacts } from "./menu.ts";

const facts: MenuFacts = {
  spec: { items: 100, checkBps: 1_000, sampleSize: 8, auditPot: 241n, challengeWindow: 600 },
  exact: true,
  collateral: 10_000n,
  rules: { missSlashBps: 1_000, honestShareBps: 5_000 },
  audits: {
    parameters: { seedWait: 60, auditWindow: 900, revealWindow: 300, expectedAuditors: 3, auditBond: 10n },
    stake: 1_000n,
  },
};

describe("the assurance menu", () => {
  it("says what each level can catch, costs, delays and puts at stake", () => {
    const [optimistic, audited] = assuranceMenu(facts);
    assert.deepEqual([optimistic.chanceBatchCaught, optimistic.chanceItemCaught], [0, 0]);
    assert.deepEqual(optimistic.extraCost, { expected: 0n, most: 0n });
    assert.deepEqual(optimistic.delay, { result: { usual: 0, most: 0 }, payment: { usual: 600, most: 600 } });
    assert.deepEqual(optimistic.providerLoses, { ifRefuted: 10_000n, ifMissed: 1_000n });
    assert.match(optimistic.limits, /Nobody checks by itself/);
    assert.equal(audited.available, true);
    assert.equal(audited.chanceBatchCaught, 0.05);
    // 100 items in 8 parts of 12 or 13
    assert.ok(Math.abs(audited.chanceItemCaught - 0.05 / 13) < 1e-12);
    assert.deepEqual(audited.extraCost, { expected: 25n, most: 241n });
    assert.deepEqual(audited.delay, {
      result: { usual: 60, most: 60 + 2 * 900 + 300 },
      payment: { usual: 600, most: 1_200 },
    });
    assert.match(audited.promises, /10 % of such jobs.*8 of the 100 items/);
    assert.match(audited.limits, /50 % are reckoned to work/);
  });

  it("promises nothing that does not hold: opaque models, markets without audits, no auditors", () => {
    const [plain, none] = assuranceMenu({ ...facts, exact: false });
    assert.deepEqual(plain.providerLoses, { ifRefuted: 0n, ifMissed: 1_000n });
    assert.match(plain.limits, /nobody can prove it wrong/);
    assert.deepEqual([none.available, none.chanceBatchCaught, none.providerLoses.ifRefuted], [false, 0, 0n]);
    const { audits: _audits, ...without } = facts;
    assert.equal(assuranceMenu(without)[1].available, false);
    const idle = assuranceMenu({ ...facts, audits: { ...(facts.audits ?? assert.fail()), stake: 0n } })[1];
    assert.deepEqual([idle.available, idle.chanceBatchCaught, idle.chanceItemCaught], [true, 0, 0]);
    assert.match(idle.limits, /Nobody but perhaps/);
    assert.match(idle.promises, /challenge any item/);
  });

  it("catches no less with a higher p, a larger k, a larger share of honest auditors", () => {
    const random = createRandom(1);
    for (let i = 0; i < 300; i++) {
      const spec = {
        ...facts.spec,
        items: 1 + random.below(500),
        checkBps: 100 + random.below(9_900),
        sampleSize: 1 + random.below(63),
      };
      const rules = { ...facts.rules, honestShareBps: 1_000 + random.below(8_000) };
      const row = (change: Partial<typeof spec>, honest = rules) =>
        assuranceMenu({ ...facts, spec: { ...spec, ...change }, rules: honest })[1];
      const now = row({});
      for (const more of [
        row({ checkBps: spec.checkBps + 1 }),
        row({ sampleSize: spec.sampleSize + 1 }),
        row({}, { ...rules, honestShareBps: rules.honestShareBps + 1 }),
      ]) {
        assert.ok(more.chanceBatchCaught >= now.chanceBatchCaught);
        assert.ok(more.chanceItemCaught >= now.chanceItemCaught);
      }
      assert.ok(now.chanceItemCaught <= now.chanceBatchCaught);
    }
  });

  it("matches what the lots do over many seeds", () => {
    const jobId = keccak256("0x02");
    const count = 6_000;
    const spec = { items: 30, checkBps: 4_000, sampleSize: 7 };
    const everyone = { ...facts, spec: { ...facts.spec, ...spec }, rules: { ...facts.rules, honestShareBps: 10_000 } };
    const [, row] = assuranceMenu(everyone);
    const forgeries = [[29], [0, 1, 2], [3, 9, 17, 28], Array.from({ length: 30 }, (_, item) => item)];
    const caught = forgeries.map(() => 0);
    const items = new Array<number>(spec.items).fill(0);
    for (let i = 0; i < count; i++) {
      const seed = keccak256(toHex(i));
      if (!isChecked(seed, jobId, spec.checkBps)) continue;
      const sample = sampleItems({ seed, jobId, ...spec });
      for (const item of sample) items[item] = (items[item] ?? 0) + 1;
      forgeries.forEach((forged, f) => {
        if (forged.some((item) => sample.includes(item))) caught[f] = (caught[f] ?? 0) + 1;
      });
    }
    forgeries.forEach((forged, f) => {
      const chance = (spec.checkBps / 10_000) * chanceSampled(spec.items, spec.sampleSize, forged);
      assert.ok(Math.abs((caught[f] ?? 0) / count - chance) < 5 * Math.sqrt((chance * (1 - chance)) / count));
    });
    assert.ok(Math.abs((caught[3] ?? 0) / count - row.chanceBatchCaught) < 0.03);
    // The menu tells the chance of the item that is sampled least often, so no item does worse.
    assert.ok(Math.min(...items) / count > row.chanceItemCaught - 0.02);
  });

  it("sees F forged items with at least 1 − (1 − F / (s · ⌈items / s⌉))^s, wherever they are", () => {
    const random = createRandom(2);
    for (let i = 0; i < 500; i++) {
      const items = 1 + random.below(60);
      const sampleSize = 1 + random.below(64);
      const forged = Array.from({ length: items }, (_, item) => item).filter(() => random.below(4) === 0);
      const seen = chanceSampled(items, sampleSize, forged);
      const parts = Math.min(sampleSize, items);
      assert.ok(seen >= 1 - (1 - forged.length / (parts * Math.ceil(items / parts))) ** parts - 1e-12);
      const [only = 0] = forged;
      assert.ok(chanceSampled(items, sampleSize, [only]) >= chanceItemSampled(items, sampleSize) - 1e-12);
    }
  });

  it("makes forging a batch or any single item a loss on average at the required collateral", () => {
    const random = createRandom(3);
    for (let i = 0; i < 2_000; i++) {
      const items = 1 + random.below(400);
      const sampleSize = 1 + random.below(64);
      const checkBps = 100 + random.below(9_901);
      const honestShareBps = 1_000 + random.below(8_001);
      const burnBps = 5_000 + random.below(4_001);
      const gain = 10n ** 12n;
      const rate = { gain, gliaPerToken: 10n ** 18n, checkBps, honestShareBps, sampleSize, burnBps };
      // At least this much is gone for good: what is not burned may come back to a cheat that audits or challenges itself.
      const burned = (Number(requiredCollateral(rate)) * burnBps) / 10_000;
      const q = (checkBps / 10_000) * (honestShareBps / 10_000);
      const sure = (share: number, seen: number): void => {
        const caught = q * seen;
        const won = (1 - caught) * Number(gain) * share;
        assert.ok(
          caught * burned >= won * (1 - 1e-9),
          `${JSON.stringify({ ...rate, gain: 0, gliaPerToken: 0, items, share })}`,
        );
      };
      sure(1, 1);
      sure(1 / items, chanceItemSampled(items, sampleSize));
    }
  });
});

describe("the default audit pot", () => {
  it("pays three auditors for the sampled share of the work at the job's price", () => {
    assert.equal(defaultAuditPot(1_000n, 100, 8), 240n);
    assert.equal(defaultAuditPot(1_000n, 3, 8), 3_000n);
    assert.equal(defaultAuditPot(1n, 100, 8), 1n);
  });
});
