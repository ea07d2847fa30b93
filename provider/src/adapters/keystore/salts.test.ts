import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { saltOf } from "./salts.ts";

const SECRET = `0x${"11".repeat(32)}` as const;
const MARKET = { chainId: 1, market: `0x${"aA".repeat(20)}` as const };
const JOB = `0x${"22".repeat(32)}` as const;

describe("salts", () => {
  it("are the same for the same job, however addresses are written", () => {
    const salt = saltOf(SECRET, "commit", MARKET, JOB);
    assert.match(salt, /^0x[0-9a-f]{64}$/);
    assert.equal(saltOf(SECRET, "commit", { ...MARKET, market: `0x${"aa".repeat(20)}` }, JOB), salt);
  });

  it("differ by secret, use, chain, market, job and seed", () => {
    const salts = [
      saltOf(SECRET, "commit", MARKET, JOB),
      saltOf(`0x${"12".repeat(32)}`, "commit", MARKET, JOB),
      saltOf(SECRET, "attest", MARKET, JOB),
      saltOf(SECRET, "attest", MARKET, JOB, JOB),
      saltOf(SECRET, "commit", { ...MARKET, chainId: 2 }, JOB),
      saltOf(SECRET, "commit", { ...MARKET, market: `0x${"ab".repeat(20)}` }, JOB),
      saltOf(SECRET, "commit", MARKET, `0x${"23".repeat(32)}`),
    ];
    assert.equal(new Set(salts).size, salts.length);
  });
});
