import assert from "node:assert/strict";

import { describe, it } from "mocha";

import { add, closingLine, judge, readCounts } from "./counts.ts";

describe("counts of tests", () => {
  it("reads mocha's and Hardhat's closing lines, the last where there are several", () => {
    assert.deepEqual(readCounts("  3 passing (1s)\n\n  5 passing (3 solidity, 2 mocha)\n  1 failing\n  2 pending\n"), {
      passed: 5,
      failed: 1,
      skipped: 2,
    });
  });

  it("reads them through colours", () => {
    assert.equal(readCounts("\u001b[92m \u001b[0m\u001b[32m 7 passing\u001b[0m").passed, 7);
  });

  it("takes a run without tests for a failure", () => {
    assert.equal(judge(readCounts("  0 passing (0ms)"), 0).failed, 1);
    assert.equal(judge(readCounts("nothing was found"), 0).failed, 1);
  });

  it("takes an exit code for a failure where no test failed", () => {
    assert.equal(judge(readCounts("  9 passing"), 7).failed, 1);
    assert.equal(judge(readCounts("  9 passing\n  2 failing"), 2).failed, 2);
    assert.equal(judge(readCounts("  9 passing"), 0).failed, 0);
  });

  it("sums up in one line", () => {
    const sum = add({ passed: 2, failed: 0, skipped: 0 }, { passed: 3, failed: 1, skipped: 0 });
    assert.equal(closingLine(sum), "5 passed, 1 failed");
    assert.equal(closingLine({ ...sum, skipped: 4 }), "5 passed, 1 failed, 4 skipped");
  });
});
