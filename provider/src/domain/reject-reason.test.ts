import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { decodeReason, encodeReason, REJECT_REASONS } from "./reject-reason.ts";

describe("reject reasons", () => {
  it("survive the way to the chain and back", () => {
    for (const reason of REJECT_REASONS) {
      const encoded = encodeReason(reason);
      assert.equal(encoded.length, 66);
      assert.equal(decodeReason(encoded), reason);
    }
  });

  it("of others are not repeated", () => {
    assert.equal(decodeReason(`0x${"ff".repeat(32)}`), "OTHER");
  });
});
