import assert from "node:assert/strict";
import { describe, it } from "mocha";

import type { JobSpec } from "@glia/sdk";

import { admitJob, type Policy, type Standing } from "./admission.ts";

const ZERO = `0x${"00".repeat(32)}` as const;
const BUYER = "0x1111111111111111111111111111111111111111";

const SPEC: JobSpec = {
  buyer: BUYER,
  payer: BUYER,
  modelId: ZERO,
  modelDigest: ZERO,
  batchRoot: ZERO,
  inputDigest: ZERO,
  items: 10,
  maxItemOutputBytes: 40,
  token: "0x2222222222222222222222222222222222222222",
  startPrice: 0n,
  maxPrice: 100n,
  auctionStart: 0n,
  auctionEnd: 0n,
  rejectWindow: 60,
  executionWindow: 60,
  challengeWindow: 60,
  level: 0,
  checkBps: 0,
  sampleSize: 0,
  auditPot: 0n,
  declaredGain: 100n,
  minStake: 50n,
  capabilities: 1n,
  determinism: 0,
  allowedProviders: ZERO,
  salt: ZERO,
};
const POLICY: Policy = {
  maxItems: 100,
  maxOutputBytes: 4_000,
  minRejectWindow: 10,
  minExecutionWindow: 10,
  maxChallengeWindow: 3_600,
  maxQueue: 4,
};
const STANDING: Standing = {
  capabilities: 3n,
  freeStake: 60n,
  stake: 100n,
  collateral: 60n,
  activeJobs: 3,
  draining: false,
};

describe("admitJob", () => {
  it("admits a job within all limits, limits included", () => {
    admitJob(SPEC, 100n, POLICY, STANDING);
  });

  it("admits exact jobs at the levels optimistic and audited", () => {
    admitJob({ ...SPEC, determinism: 1 }, 100n, POLICY, STANDING);
    admitJob({ ...SPEC, level: 1, determinism: 1 }, 100n, POLICY, STANDING);
  });

  const refusals: [string, Partial<JobSpec>, Partial<Standing>, bigint?][] = [
    ["NODE_DRAINING", {}, { draining: true }],
    ["NODE_FULL", {}, { activeJobs: 4 }],
    ["LEVEL_NOT_OFFERED", { level: 2, determinism: 1 }, {}],
    ["DETERMINISM_NOT_OFFERED", { determinism: 2 }, {}],
    ["DETERMINISM_NOT_OFFERED", { level: 1, determinism: 0 }, {}],
    ["TOO_MANY_ITEMS", { items: 101 }, {}],
    ["TOO_MANY_ITEMS", { items: 0 }, {}],
    ["OUTPUT_TOO_LARGE", { maxItemOutputBytes: 401 }, {}],
    ["WINDOW_TOO_SHORT", { rejectWindow: 9 }, {}],
    ["WINDOW_TOO_SHORT", { executionWindow: 9 }, {}],
    ["WINDOW_TOO_LONG", { challengeWindow: 3_601 }, {}],
    ["CAPABILITIES_MISSING", { capabilities: 5n }, {}],
    ["PRICE_ABOVE_MAXIMUM", {}, {}, 101n],
    ["STAKE_TOO_SMALL", { minStake: 101n }, {}],
    ["COLLATERAL_TOO_SMALL", {}, { freeStake: 59n }],
  ];
  for (const [code, spec, standing, price] of refusals) {
    it(`refuses with ${code}: ${Object.keys({ ...spec, ...standing }).join() || "price"}`, () => {
      const act = (): void => admitJob({ ...SPEC, ...spec }, price ?? 100n, POLICY, { ...STANDING, ...standing });
      assert.throws(act, { code, kind: "refused" });
    });
  }
});
