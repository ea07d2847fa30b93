import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { assertSameResult, fateOf, nextNonce } from "./journal-rules.ts";

const RESULT = { resultRoot: "0x01", outputDigest: "0x02" };

describe("assertSameResult", () => {
  it("lets a first result and an equal one pass", () => {
    assertSameResult("0xj", undefined, RESULT);
    assertSameResult("0xj", RESULT, { ...RESULT });
  });

  it("refuses another root and another file", () => {
    assert.throws(() => assertSameResult("0xj", RESULT, { ...RESULT, resultRoot: "0x03" }), {
      code: "RESULT_CONFLICT",
    });
    assert.throws(() => assertSameResult("0xj", RESULT, { ...RESULT, outputDigest: "0x03" }), {
      code: "RESULT_CONFLICT",
    });
  });
});

describe("nextNonce", () => {
  it("continues after what is signed but not mined", () => {
    assert.equal(nextNonce(5, undefined), 5);
    assert.equal(nextNonce(5, 7), 8);
    assert.equal(nextNonce(9, 7), 9);
  });
});

describe("fateOf", () => {
  it("re-sends what the chain has not seen", () => {
    assert.equal(fateOf({ nonce: 5 }, 5, false), "resend");
    assert.equal(fateOf({ nonce: 5 }, 6, true), "mined");
  });

  it("gives up what another transaction of the same nonce replaced", () => {
    assert.equal(fateOf({ nonce: 5 }, 6, false), "replaced");
  });
});
