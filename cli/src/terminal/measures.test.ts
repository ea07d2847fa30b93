import assert from "node:assert/strict";

import { showChance, showDelay, showDuration } from "./measures.ts";

describe("measures", () => {
  it("writes chances with three digits", () => {
    assert.deepEqual([0, 0.05, 0.003125, 1, 1 / 3].map(showChance), ["0", "5 %", "0.313 %", "100 %", "33.3 %"]);
  });

  it("writes durations in the largest unit that divides them", () => {
    const shown = [0, 1, 60, 90, 3_600, 5_400, 86_400, 1_209_600].map(showDuration);
    assert.deepEqual(shown, ["0 s", "1 s", "1 min", "90 s", "1 h", "90 min", "1 d", "14 d"]);
    assert.equal(showDelay({ usual: 21_600, most: 43_200 }), "6 h, at most 12 h");
    assert.equal(showDelay({ usual: 60, most: 60 }), "1 min");
  });
});
