import assert from "node:assert/strict";
import { zeroAddress } from "viem";
import type { JobSpec } from "../chain/types.ts";
import { buildSpec } from "./build-spec.ts";
import type { JobTerms } from "./build-spec.ts";
import { checkAuction, checkSpec } from "./check-spec.ts";

const word = `0x${"01".repeat(32)}` as const;
const buyer = "0x00000000000000000000000000000000000000A1";
const token = "0x00000000000000000000000000000000000000b2";
const content = {
  modelId: word,
  modelDigest: word,
  batchRoot: word,
  inputDigest: word,
  items: 3,
  maxItemOutputBytes: 4,
};
const terms: JobTerms = { buyer, token, maxPrice: 10n };
const rules = { minCheckBps: 200, minChallengeWindow: 60 };

describe("buildSpec", () => {
  it("fills in defaults that the market takes", () => {
    const spec = buildSpec(content, terms, rules);
    assert.equal(spec.payer, buyer);
    assert.equal(spec.declaredGain, 10n);
    assert.equal(spec.challengeWindow, 60);
    assert.equal(spec.checkBps, 1_000);
    assert.equal(spec.level, 0);
    assert.equal(buildSpec(content, terms, { ...rules, minCheckBps: 3_000 }).checkBps, 3_000);
  });

  it("salts equal jobs apart, and takes a given salt", () => {
    assert.notEqual(buildSpec(content, terms, rules).salt, buildSpec(content, terms, rules).salt);
    assert.equal(buildSpec(content, { ...terms, salt: word }, rules).salt, word);
  });

  it("does not let an absent option overwrite a default", () => {
    const loose = { ...terms, checkBps: undefined } as unknown as JobTerms;
    assert.equal(buildSpec(content, loose, rules).checkBps, 1_000);
  });

  it("audits exact models where the market can, and prices the audit; opaque ones stay optimistic", () => {
    const audited = { ...rules, audited: true };
    const exact = { ...content, exact: true };
    const spec = buildSpec(exact, { ...terms, maxPrice: 1_000n }, audited);
    assert.deepEqual([spec.level, spec.determinism, spec.auditPot, "exact" in spec], [1, 1, 3_000n, false]);
    const many = buildSpec({ ...exact, items: 100 }, { ...terms, maxPrice: 1_000n, sampleSize: 4 }, audited);
    assert.equal(many.auditPot, 120n);
    const without = buildSpec(exact, terms, rules);
    assert.deepEqual([without.level, without.determinism, without.auditPot], [0, 1, 0n]);
    const opaque = buildSpec({ ...content, exact: false }, terms, audited);
    assert.deepEqual([opaque.level, opaque.determinism, opaque.auditPot], [0, 0, 0n]);
    const chosen = buildSpec(exact, { ...terms, level: 0 }, audited);
    assert.deepEqual([chosen.level, chosen.determinism, chosen.auditPot], [0, 1, 0n]);
    assert.equal(buildSpec(exact, { ...terms, auditPot: 7n }, audited).auditPot, 7n);
    assert.throws(() => buildSpec(content, { ...terms, level: 1 }, audited), {
      code: "SPEC_INVALID",
      message: /level/,
    });
  });

  const spec = buildSpec(content, terms, rules);
  const wrong: readonly Partial<JobSpec>[] = [
    { buyer: zeroAddress },
    { token: "0x12" },
    { modelId: "0x12" },
    { items: 0 },
    { items: 2 ** 32 },
    { maxItemOutputBytes: 0 },
    { executionWindow: 0 },
    { executionWindow: 31 * 86_400 },
    { rejectWindow: spec.executionWindow + 1 },
    { challengeWindow: 59 },
    { challengeWindow: 15 * 86_400 },
    { checkBps: 199 },
    { checkBps: 10_001 },
    { sampleSize: 0 },
    { sampleSize: 65 },
    { determinism: 2 },
    { level: 3 },
    { level: 1, determinism: 0 },
    { maxPrice: 0n },
    { maxPrice: 2n ** 128n },
    { startPrice: 11n },
    { declaredGain: 9n },
    { auditPot: 1n },
    { minStake: 2n ** 96n },
    { capabilities: -1n },
  ];
  for (const change of wrong) {
    const [field] = Object.keys(change);
    it(`refuses ${JSON.stringify(change, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value))}`, () => {
      assert.throws(() => checkSpec({ ...spec, ...change }, rules), {
        code: "SPEC_INVALID",
        message: new RegExp(field ?? "-"),
      });
    });
  }

  it("checks an auction's times against the chain's", () => {
    const auction = { ...spec, auctionStart: 100n, auctionEnd: 200n };
    checkAuction(auction, 150n);
    assert.throws(() => checkAuction(auction, 200n), { code: "SPEC_INVALID" });
    assert.throws(() => checkAuction({ ...auction, auctionStart: 200n }, 150n), { code: "SPEC_INVALID" });
    assert.throws(() => checkAuction({ ...auction, auctionEnd: 40n * 86_400n }, 150n), { code: "SPEC_INVALID" });
  });
});
