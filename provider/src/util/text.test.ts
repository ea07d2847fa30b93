import assert from "node:assert/strict";
import { describe, it } from "mocha";

import { safeText } from "./text.ts";

describe("safeText", () => {
  it("leaves ordinary text in any language alone", () => {
    assert.equal(safeText("modèle 模型 😀"), "modèle 模型 😀");
  });

  it("escapes terminal escapes, newlines and direction overrides", () => {
    assert.equal(safeText("a\u001b[2Jb\nc\u202Ed\u2066e"), "a\\u001b[2Jb\\u000ac\\u202ed\\u2066e");
  });

  it("escapes lone surrogates", () => {
    assert.equal(safeText("x\ud800y"), "x\\ud800y");
  });

  it("caps the length and says how long the text was", () => {
    assert.equal(safeText("a".repeat(1_000), 4), "aaaa…(1000 characters)");
  });
});
