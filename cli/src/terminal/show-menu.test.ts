import assert from "node:assert/strict";

import { AssuranceLevel, assuranceMenu } from "@glia/sdk";
import { parseEther } from "viem";

import { showMenu } from "./show-menu.ts";

const TOKEN = { symbol: "TUSD", decimals: 6 };
const FACTS = {
  spec: { items: 80, checkBps: 1_000, sampleSize: 8, auditPot: 600_000n, challengeWindow: 21_600 },
  exact: true,
  collateral: parseEther("38"),
  rules: { missSlashBps: 1_000, honestShareBps: 5_000 },
  audits: {
    parameters: {
      seedWait: 60,
      auditWindow: 900,
      revealWindow: 900,
      expectedAuditors: 3,
      auditBond: parseEther("100"),
    },
    stake: parseEther("5000"),
  },
};

describe("the assurance menu on the terminal", () => {
  it("says for both levels what the SDK computed, and marks the chosen one", () => {
    const text = showMenu(assuranceMenu(FACTS), AssuranceLevel.Audited, TOKEN);
    assert.match(text, /optimistic .* audited \(chosen\)/);
    assert.match(text, /protocol catches a forged batch +│ 0 +│ 5 % /);
    assert.match(text, /protocol catches one forged item +│ 0 +│ 0.5 % /);
    assert.match(text, /costs on top, on average +│ 0 TUSD +│ 0.06 TUSD /);
    assert.match(text, /held in escrow for it +│ 0 TUSD +│ 0.6 TUSD /);
    assert.match(text, /gas of hiring and accepting +│ 169,000 +│ 196,000 /);
    assert.match(text, /result comes later by +│ 0 s +│ 1 min, at most 46 min /);
    assert.match(text, /paid without you after +│ 6 h +│ 6 h, at most 12 h /);
    assert.match(text, /provider loses if refuted +│ 38 GLIA +│ 38 GLIA /);
    assert.match(text, /provider loses if late +│ 3.8 GLIA +│ 3.8 GLIA /);
    assert.match(text, /Strangers then run 8 of the 80 items again/);
  });

  it("leaves out a level that cannot be bought", () => {
    const text = showMenu(assuranceMenu({ ...FACTS, exact: false }), AssuranceLevel.Optimistic, TOKEN);
    assert.doesNotMatch(text, /audited/);
    assert.match(text, /optimistic \(chosen\)/);
    assert.match(text, /provider loses if refuted +│ nothing /);
  });
});
