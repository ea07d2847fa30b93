import assert from "node:assert/strict";

import { AssuranceLevel } from "@glia/sdk";
import { Command } from "commander";

import { checkProbability, levelTerms, withLevel, type LevelOptions } from "./level-options.ts";

const TOKEN = { symbol: "TUSD", decimals: 6 };

function parse(...args: string[]): LevelOptions {
  const command = withLevel(new Command("x"))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return command.parse(args, { from: "user" }).opts<LevelOptions>();
}

describe("options of the assurance level", () => {
  it("read probabilities as people write them", () => {
    for (const [text, bps] of [
      ["10%", 1_000],
      ["0.1", 1_000],
      ["100%", 10_000],
      ["1", 10_000],
      ["2.5%", 250],
      ["0.01%", 1],
      ["33.33%", 3_333],
    ] as const) {
      assert.equal(checkProbability(text), bps, text);
    }
    for (const text of ["", "0", "0%", "10", "101%", "0.005%", "-1%", "1e-1", "ten", "10 %"]) {
      assert.throws(() => checkProbability(text), /probability/, text);
    }
  });

  it("leave to the SDK what was not said", () => {
    assert.deepEqual(levelTerms(parse(), TOKEN), {});
    assert.deepEqual(levelTerms(parse("--level", "optimistic"), TOKEN), { level: AssuranceLevel.Optimistic });
    assert.deepEqual(
      levelTerms(parse("--level", "audited", "--check", "100%", "--sample", "64", "--audit-pot", "0.5"), TOKEN),
      {
        level: AssuranceLevel.Audited,
        checkBps: 10_000,
        sampleSize: 64,
        auditPot: 500_000n,
      },
    );
    assert.equal(levelTerms(parse("--audit-pot", "0"), TOKEN).auditPot, 0n);
  });

  it("refuse what cannot be meant", () => {
    assert.throws(() => parse("--level", "proved"), /audited, optimistic/);
    assert.throws(() => parse("--sample", "65"), /from 1 to 64/);
    assert.throws(() => levelTerms(parse("--level", "optimistic", "--audit-pot", "1"), TOKEN), {
      code: "AUDIT_OPTIONS_UNUSED",
    });
    assert.throws(() => levelTerms(parse("--audit-pot", "-1"), TOKEN), { code: "AMOUNT_INVALID" });
  });
});
