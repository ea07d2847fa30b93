import assert from "node:assert/strict";

import { readAmount, showAmount } from "./amounts.ts";

const unit = { symbol: "TUSD", decimals: 6 };

describe("amounts", () => {
  it("are read and shown in whole tokens", () => {
    assert.equal(readAmount("1.5", unit), 1_500_000n);
    assert.equal(showAmount(1_500_000n, unit), "1.5 TUSD");
  });

  for (const wrong of ["", "0", "0.0", "-1", "1e6", "1,5", "0x10", "1.0000001", " 1", "1.", "NaN"]) {
    it(`are refused as ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => readAmount(wrong, unit), { code: "AMOUNT_INVALID" });
    });
  }
});
