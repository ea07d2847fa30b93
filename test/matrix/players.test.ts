/** The list of cells says of each who plays it, or why nobody does. */
import assert from "node:assert/strict";
import { CELLS, emptyBecause, nameOf } from "./cells.ts";
import { COMMITTABLE, LIST, NODE_CELLS, withoutNode } from "./players.ts";

describe("the list of the matrix' cells", () => {
  it("names a player for every cell that is not empty, and a reason for every one that no node plays", () => {
    assert.equal(LIST.length, CELLS.length);
    for (const { cell, players, because } of LIST) {
      assert.equal(players.length === 0, emptyBecause(cell) !== undefined, nameOf(cell));
      assert.equal(because === undefined, players.includes("node"), nameOf(cell));
    }
  });

  it("has a running node for each kind and route, and for each fault that a node can commit to", () => {
    assert.deepEqual(withoutNode(), []);
    assert.deepEqual([...new Set(NODE_CELLS.map(({ fault }) => fault))].sort(), [...COMMITTABLE].sort());
    assert.ok(NODE_CELLS.length > 30, `${NODE_CELLS.length} cells`);
  });
});
