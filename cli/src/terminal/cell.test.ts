import assert from "node:assert/strict";

import { cell } from "./cell.ts";

describe("a table cell", () => {
  it("shows numbers to four significant digits, however deep", () => {
    assert.equal(cell([[0.12345678, -1234.5678], [1e-7 / 3]]), "[[0.1235,-1235],[3.333e-8]]");
  });

  it("leaves integers, also long ones, and words whole", () => {
    assert.equal(cell([123456, "9007199254740993", "NaN", true]), '[123456,"9007199254740993","NaN",true]');
  });
});
