import assert from "node:assert/strict";

import { printable } from "./printable.ts";

describe("printable", () => {
  it("takes escape sequences, NULs and direction overrides out of a stranger's string", () => {
    assert.equal(printable("\u001b[2Jpaid\u0000\u202e!"), "?[2Jpaid??!");
  });

  it("caps the length", () => {
    assert.equal(printable("x".repeat(500), 10), `${"x".repeat(9)}…`);
  });

  it("leaves ordinary text of any script alone", () => {
    assert.equal(printable("Güte, 東京, a\tb\n"), "Güte, 東京, a\tb\n");
  });
});
